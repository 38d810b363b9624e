// The user's arrays, bound to a model's inputs and targets by name, and batches of their rows.
#pragma once

#include "mimoc/Data/Array.h"
#include "mimoc/ModelInfo.h"
#include "mimoc/Training/Model.h"
#include "mimoc/Training/Pictures.h"

#include <functional>
#include <future>

namespace mimoc {

enum class Needs { Inputs, InputsAndTargets };

/// One input or target: the values of all rows, already of the model's element type.
struct Column {
  std::string name;
  Array array;
  size_t rowBytes = 0; ///< 0 where the tensor has no batch dimension: every batch gets the whole of it
  std::shared_ptr<const Pictures> pictures; ///< where the values are made when a batch needs them; `array` then has a shape only
};

struct Dataset {
  int64_t rows = 0;
  std::vector<Column> inputs, targets; ///< declaration order; targets are empty where they were not needed
  std::vector<int64_t> origin;         ///< of a selection: which rows of the user's data these are
  unsigned threads = 1;                ///< that read pictures

  int64_t originOf(int64_t row) const { return origin.empty() ? row : origin[size_t(row)]; }
  /// Of names, shapes and values, to notice that a run is resumed on other data.
  uint64_t fingerprint() const;
  /// A data set of the rows of that list, in its order.
  llvm::Expected<Dataset> select(llvm::ArrayRef<int64_t> which) const;
};

using Warn = std::function<void(const std::string &)>;

/// What becomes of pictures, and who reads them.
struct PictureRules {
  PictureTexts texts;
  unsigned threads = 1;
};

/// Each source is `file.npz`, `name=file.npy` or `name=file.npz:member`, `file.csv` or `name=file.csv:column`, `name=picture.png` or
/// `name=folder`. A cell of a CSV file is a number, or the name of a picture where the model wants floats of rank 4.
llvm::Expected<Dataset> loadDataset(llvm::ArrayRef<std::string> sources, const ModelInfo &info, Needs needs,
                                    const PictureRules &pictures, const Warn &warn);

/// Makes batches. Its buffers are reused from call to call; a batch is valid until the next but one is asked for.
class Batcher {
public:
  static llvm::Expected<Batcher> create(const Dataset &data, int64_t mostRows);
  /// Rows in the order of the list.
  llvm::Expected<const Batch *> gather(llvm::ArrayRef<int64_t> which, const Augmentation &augmentation);
  /// Rows that follow one another, for evaluation; without a copy but for pictures.
  llvm::Expected<const Batch *> range(int64_t first, int64_t rows);
  /// Begins to read the pictures of a batch that will be asked for next. Never needed, and without effect on what comes.
  void prepare(llvm::ArrayRef<int64_t> which, const Augmentation &augmentation);
  void prepareRange(int64_t first, int64_t rows);

private:
  /// The pictures of a batch, as they are read.
  struct Slot {
    std::vector<int64_t> which;
    Augmentation augmentation;
    std::vector<std::shared_ptr<char>> buffers; ///< one for each column with pictures
    std::vector<size_t> sizes;
    std::future<std::string> reading; ///< the refusal, or empty
  };

  explicit Batcher(const Dataset &data);
  llvm::Error begin(Slot &slot, llvm::ArrayRef<int64_t> which, const Augmentation &augmentation);
  llvm::Error readPictures(llvm::ArrayRef<int64_t> which, const Augmentation &augmentation);
  std::vector<const Column *> columns() const;

  const Dataset *data;
  std::vector<std::shared_ptr<char>> buffers; ///< of all columns but pictures: inputs, then targets
  std::vector<const Column *> pictures;
  Slot slots[2]; ///< the batch that is in use, and the one that is read meanwhile
  Batch batch;
};

} // namespace mimoc
