// The training loop: epochs of steps, validation, and the places where a run may stop. It prints and writes nothing; an
// observer does.
#pragma once

#include "mimoc/Training/Checkpoint.h"

#include <optional>

namespace mimoc {

struct TrainLimits {
  uint64_t epochs = 10;
  std::optional<uint64_t> steps; ///< in total, counted from the run's first step
};

/// Figures of one finished epoch. Losses and penalties first, then metrics; a missing figure is NaN.
struct EpochReport {
  uint64_t epoch = 0; ///< from 1
  uint64_t step = 0;
  double seconds = 0; ///< of the epoch
  double samplesPerSecond = 0;
  std::vector<double> train, validation; ///< validation is empty without validation data
  double trainMinimized = 0, validationMinimized = 0;
  bool best = false;
};

struct StepReport {
  uint64_t epoch = 0; ///< from 1
  uint64_t step = 0;
  int64_t rowsDone = 0, rows = 0; ///< of the epoch
  std::vector<double> losses; ///< means over the epoch so far
  std::optional<size_t> notFinite; ///< the first loss of this step that is NaN or infinite
};

class TrainObserver {
public:
  virtual ~TrainObserver() = default;
  virtual llvm::Error afterStep(const StepReport &report, const TrainingState &state) = 0;
  virtual llvm::Error afterEpoch(const EpochReport &report, const TrainingState &state) = 0;
  /// Asked after every step and every batch of validation. True leaves the loop with a state from which a later run
  /// continues bit for bit.
  virtual bool shouldStop() = 0;
};

enum class TrainEnd { Finished, StepLimit, Stopped };

struct TrainData {
  const Dataset &train;
  const Dataset *validation = nullptr;
  bool trainMetrics = false; ///< evaluate the training data, too, at the end of each epoch
};

llvm::Expected<TrainEnd> runTraining(Model &model, const TrainData &data, const TrainLimits &limits,
                                     TrainingState &state, TrainObserver &observer);

} // namespace mimoc
