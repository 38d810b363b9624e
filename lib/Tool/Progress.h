// The lines that a user watches. Private to this folder.
#pragma once

#include "Commands.h"
#include "mimoc/Training/TrainLoop.h"

#include <chrono>

namespace mimoc {

/// On a terminal, one line that is rewritten in place; elsewhere nothing.
class LiveLine {
public:
  explicit LiveLine(llvm::raw_ostream &out);
  /// Shows the text, at most ten times a second.
  void show(const std::string &text);
  /// True where a call of show() would be seen, so that callers need not make texts for nothing.
  bool isDue() const;
  /// Takes the line away, for lines that stay.
  void clear();

private:
  llvm::raw_ostream &out;
  bool live;
  bool shown = false;
  std::chrono::steady_clock::time_point last;
};

/// Progress of a training run.
class TrainProgress {
public:
  TrainProgress(llvm::raw_ostream &out, const ModelInfo &info, const PhaseInfo &phase, const TrainLimits &limits, const TrainingState &start,
                int64_t rows);
  void afterStep(const StepReport &report);
  void afterEpoch(const EpochReport &report);
  void clear() { line.clear(); }

private:
  std::string figures(llvm::ArrayRef<double> values, double minimized) const;
  std::string remaining(double epochsDone) const;

  llvm::raw_ostream &out;
  LiveLine line;
  const ModelInfo &info;
  const PhaseInfo &phase;
  const RunOptions options;
  uint64_t epochs;
  double firstEpochs; ///< done when this process began
  double lastEpochs;  ///< done when it will end
  std::chrono::steady_clock::time_point start;
};

} // namespace mimoc
