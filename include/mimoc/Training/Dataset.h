// The user's arrays, bound to a model's inputs and targets by name, and batches of their rows.
#pragma once

#include "mimoc/Data/Array.h"
#include "mimoc/ModelInfo.h"
#include "mimoc/Training/Model.h"
#include "mimoc/Training/Pictures.h"

#include <functional>
#include <future>
#include <optional>

namespace mimoc {

enum class Needs { Inputs, InputsAndTargets };

/// One input or target: the values of all rows, already of the model's element type.
struct Column {
  std::string name;
  Array array;
  size_t rowBytes = 0; ///< 0 where the tensor has no run-time size: every batch gets the whole of it
  std::shared_ptr<const Pictures> pictures; ///< where the values are made when a batch needs them; `array` then has a shape only
  int64_t dim = kSamples;              ///< of which of the data set's dims its rows are
  std::optional<int64_t> counts = {};  ///< its numbers of 0 and above count off the rows of that dim, in each sample from 0

  static constexpr int64_t kSamples = -1; ///< no dim: there is one row a sample
};

/// A run-time size: sample i has the rows offsets[i] to offsets[i + 1] - 1 of the columns that have this size.
struct DatasetDim {
  std::string name;
  int64_t bound = 0; ///< of the rows of a batch
  std::vector<int64_t> offsets;

  int64_t rowsOf(int64_t first, int64_t samples) const { return offsets[size_t(first + samples)] - offsets[size_t(first)]; }
};

/// A row of a column, as its user counts.
struct DataPlace {
  int64_t sample = 0, row = 0; ///< `row` within the sample
};

struct Dataset {
  int64_t rows = 0;             ///< samples: rows of tensors with the batch, or graphs
  std::vector<DatasetDim> dims; ///< as ModelInfo::dims lists them
  std::vector<Column> inputs, targets; ///< declaration order; targets are empty where they were not needed
  std::vector<int64_t> origin;         ///< of a selection: which rows of the user's data these are
  unsigned threads = 1;                ///< that read pictures

  /// How many rows a tensor with this run-time size has in the samples from `first` on.
  int64_t rowsOf(llvm::StringRef dim, int64_t first, int64_t samples) const;
  /// The first row of a sample in a column, and the one behind its last.
  std::pair<int64_t, int64_t> rowsOfSample(const Column &column, int64_t sample) const;
  /// As many samples from `first` on as keep every run-time size within its bound: at most `most`, at least one.
  int64_t samplesThatFit(int64_t first, int64_t most) const;
  /// Refuses a number of samples that may be too many together for a bound, whichever they are.
  llvm::Error checkFits(int64_t samples) const;
  /// How many rows of this run-time size so many samples have together at least, whichever they are.
  int64_t fewestRows(llvm::StringRef dim, int64_t samples) const;
  /// The column of an input or target; null where there is none.
  const Column *find(llvm::StringRef name) const;
  /// Where the row of a batch stands, given the samples that the batch is made of.
  DataPlace placeOf(const Column &column, int64_t row, llvm::ArrayRef<int64_t> samples) const;

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
/// `name=folder`. A cell of a CSV file is a number, or the name of a picture where the model wants floats of rank 4. Where the model declares
/// run-time sizes, the array `<dim>.offsets` says where the rows of each sample begin and where the last one ends; without it there is one sample.
llvm::Expected<Dataset> loadDataset(llvm::ArrayRef<std::string> sources, const ModelInfo &info, Needs needs,
                                    const PictureRules &pictures, const Warn &warn);

/// Makes batches. Its buffers are reused from call to call; a batch is valid until the next but one is asked for. Rows of a run-time size come
/// one sample after the other, and what counts them off goes on where the sample before has ended.
class Batcher {
public:
  static llvm::Expected<Batcher> create(const Dataset &data, int64_t mostRows);
  /// Rows in the order of the list.
  llvm::Expected<const Batch *> gather(llvm::ArrayRef<int64_t> which, const Augmentation &augmentation);
  /// Rows that follow one another, for evaluation; without a copy but for pictures and for numbers that count off rows.
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
  /// The batch of these samples; `inPlace` gives the rows of a column where they need no copy.
  llvm::Expected<const Batch *> fill(llvm::ArrayRef<int64_t> which, const Augmentation &augmentation,
                                     llvm::function_ref<std::optional<const char *>(const Column &)> inPlace);
  /// The rows that the samples have in a column, in the buffer of its place.
  llvm::Expected<const void *> copy(size_t place, const Column &column, llvm::ArrayRef<int64_t> which);
  void setSizes(llvm::ArrayRef<int64_t> which);

  struct Buffer {
    std::shared_ptr<char> bytes;
    size_t size = 0;
    bool reserve(size_t needed);
  };

  const Dataset *data;
  std::vector<Buffer> buffers; ///< of all columns but pictures: inputs, then targets
  std::vector<const Column *> pictures;
  Slot slots[2]; ///< the batch that is in use, and the one that is read meanwhile
  Batch batch;
};

} // namespace mimoc
