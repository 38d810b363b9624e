// A whole data set through a model.
#pragma once

#include "mimoc/Training/Dataset.h"

#include <functional>
#include <optional>

namespace mimoc {

/// Called after every batch with the samples done; false stops.
using OnRows = std::function<bool(int64_t rows)>;

/// What comes of a whole data set.
struct Evaluation {
  std::vector<double> figures; ///< of losses, penalties and metrics
  std::vector<double> states;  ///< the totals that they are made of
};

/// Exact figures of losses, penalties and metrics: their states are added over the batches, and the figures made of the totals.
/// Nothing where `onRows` stopped it.
llvm::Expected<std::optional<Evaluation>> evaluateAll(Model &model, const Block &parameters, const Dataset &data, int64_t batch,
                                                      const OnRows &onRows);

/// The figure that `minimize` of the phase stands for: the sum of the losses and penalties with the coefficients of the options.
double minimizedFigure(const ModelInfo &info, const PhaseInfo &phase, const RunOptions &options, llvm::ArrayRef<double> figures);

/// Adds to a refusal of a value, `label[3] is 12, ...`, which row of the user's data that is, given the samples of the batch.
llvm::Error withDataRow(llvm::Error error, const Dataset &data, llvm::ArrayRef<int64_t> samples);

} // namespace mimoc
