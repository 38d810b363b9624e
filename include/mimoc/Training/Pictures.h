// Pictures that are read, prepared and augmented when a batch needs them, so that a data set may be larger than the memory.
#pragma once

#include "mimoc/Data/Array.h"
#include "mimoc/Images.h"
#include "mimoc/ModelInfo.h"

#include <map>

namespace mimoc {

/// Transforms by the input or target that they are for: the texts that a user wrote, as they are kept in checkpoints.
struct PictureTexts {
  std::map<std::string, std::string> augment;   ///< for training
  std::map<std::string, std::string> transform; ///< for evaluation and prediction, and for training where `augment` has none

  bool empty() const { return augment.empty() && transform.empty(); }
  bool operator==(const PictureTexts &) const = default;
};

/// Adds `NAME: transform -> transform` to a map; the refusal begins with the option and names the column.
llvm::Error addTransforms(llvm::StringRef option, llvm::StringRef setting, std::map<std::string, std::string> &texts);

/// Transforms that are parsed.
class Transforms {
public:
  /// `option` says where the text is from.
  static llvm::Expected<Transforms> parse(llvm::StringRef option, llvm::StringRef text);
  const mimo_transforms *get() const { return transforms.get(); }

private:
  std::shared_ptr<const mimo_transforms> transforms;
};

/// What the random changes of a batch depend on, beside the rows.
struct Augmentation {
  bool random = false; ///< false: for evaluation
  uint64_t seed = 0, epoch = 0;
  bool operator==(const Augmentation &) const = default;
};

/// One picture for each row: files, or the rows of an array [rows, channels, height, width].
struct Pictures {
  std::vector<std::string> files; ///< empty where `array` holds them
  std::vector<std::string> names; ///< of the files as the user wrote them
  std::vector<std::string> places; ///< where a file is named: `labels.csv: line 3, column 'image'`
  Array array;                    ///< u8 (then values are v / 255), f32 or f64
  std::vector<int64_t> samples;   ///< the rows of the user's data, which decide the random changes
  Transforms train, evaluation;
  std::vector<int64_t> shape;     ///< channels, height, width that the model wants
  std::string what;               ///< `input 'image'`
  Element type = Element::F32;    ///< that the model wants: f32 or f64

  size_t rowBytes() const { return size_t(shape[0] * shape[1] * shape[2]) * byteSize(type); }
  /// Writes the pictures of these rows one after another, with so many threads. What is written depends neither on them nor on the
  /// order of calls. Where several fail, the refusal is that of the first row.
  llvm::Error load(llvm::ArrayRef<int64_t> rows, const Augmentation &augmentation, unsigned threads, char *bytes) const;
  /// Refuses the first file that is not there, without reading any.
  llvm::Error checkFiles() const;
  /// Of names and sizes of files, or of an array's values.
  std::string fingerprint() const;
  Pictures select(llvm::ArrayRef<int64_t> which) const;

private:
  llvm::Error loadRow(int64_t row, const Augmentation &augmentation, char *bytes) const;
};

} // namespace mimoc
