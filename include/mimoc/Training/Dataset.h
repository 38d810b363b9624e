// The user's arrays, bound to a model's inputs and targets by name, and batches of their rows.
#pragma once

#include "mimoc/Data/Array.h"
#include "mimoc/ModelInfo.h"
#include "mimoc/Training/Model.h"

#include <functional>

namespace mimoc {

enum class Needs { Inputs, InputsAndTargets };

/// One input or target: the values of all rows, already of the model's element type.
struct Column {
  std::string name;
  Array array;
  size_t rowBytes = 0; ///< 0 where the tensor has no batch dimension: every batch gets the whole of it
};

struct Dataset {
  int64_t rows = 0;
  std::vector<Column> inputs, targets; ///< declaration order; targets are empty where they were not needed
  std::vector<int64_t> origin;         ///< of a selection: which rows of the user's data these are

  int64_t originOf(int64_t row) const { return origin.empty() ? row : origin[size_t(row)]; }
  /// Of names, shapes and values, to notice that a run is resumed on other data.
  uint64_t fingerprint() const;
  /// A data set of the rows of that list, in its order.
  llvm::Expected<Dataset> select(llvm::ArrayRef<int64_t> which) const;
};

using Warn = std::function<void(const std::string &)>;

/// Each source is `file.npz`, `name=file.npy` or `name=file.npz:member`.
llvm::Expected<Dataset> loadDataset(llvm::ArrayRef<std::string> sources, const ModelInfo &info, Needs needs,
                                    const Warn &warn);

/// Makes batches. Its buffers are reused from call to call.
class Batcher {
public:
  static llvm::Expected<Batcher> create(const Dataset &data, int64_t mostRows);
  /// Rows in the order of the list.
  const Batch &gather(llvm::ArrayRef<int64_t> which);
  /// Rows that follow one another, without a copy.
  const Batch &range(int64_t first, int64_t rows);

private:
  explicit Batcher(const Dataset &data) : data(&data) {}
  const Dataset *data;
  std::vector<std::shared_ptr<char>> buffers; ///< inputs, then targets
  Batch batch;
};

} // namespace mimoc
