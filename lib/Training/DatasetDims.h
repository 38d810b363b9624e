// Run-time sizes of a data set: which rows belong to which sample. Private to this folder.
#pragma once

#include "mimoc/Training/Dataset.h"

#include <map>

namespace mimoc {

/// The array `<dim>.offsets` of a file, and what to call it in messages.
struct GivenOffsets {
  std::string where;
  Array array;
};

/// How many rows there are along the batch and each run-time size, and which column has said so first.
struct RowCounts {
  struct Count {
    std::string from;
    int64_t rows = 0;
  };
  std::map<int64_t, Count> byDim; ///< by Column::dim

  /// Columns of one size have as many rows.
  llvm::Error add(const Column &column, const ModelInfo &info);
};

/// The number of the run-time size of a tensor among those that the model declares, or Column::kSamples.
int64_t dimOf(const ModelInfo &info, const TensorInfo &tensor);

/// Whether an input says which sample each row of a run-time size belongs to: `input graph: i64[nodes] < batch`. The offsets say it, too, so
/// the data need not have it.
bool saysSample(const ModelInfo &info, const TensorInfo &tensor);

/// Sets the samples of the data set and where the rows of each begin.
llvm::Error setOffsets(Dataset &data, const ModelInfo &info, const RowCounts &counts, const std::map<std::string, GivenOffsets> &given);

/// Makes the values of an input that saysSample().
llvm::Expected<Column> sampleColumn(const Dataset &data, const ModelInfo &info, const TensorInfo &tensor);

/// Finds out what the numbers of a column count off, and checks that they do so in their own sample. `where` says whose values they are.
llvm::Error setCounts(const Dataset &data, const ModelInfo &info, const TensorInfo &tensor, const std::string &where, Column &column);

} // namespace mimoc
