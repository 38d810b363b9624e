// Checkpoints: safetensors files with PyTorch's names and layouts, and what a run needs to continue bit for bit.
#pragma once

#include "mimoc/Data/Safetensors.h"
#include "mimoc/Training/Dataset.h"
#include "mimoc/Training/Model.h"

namespace mimoc {

/// Grows when a reader of the version before could not continue a run from a new file. Old versions stay readable.
inline constexpr int kCheckpointVersion = 1;

/// Where a run stands. Everything that later steps depend on is here or in the model and the data.
struct TrainingState {
  Block parameters, optimizer;
  RunOptions options; ///< seed, step (made so far), learning rate and coefficients

  uint64_t epoch = 0;    ///< finished epochs
  uint64_t position = 0; ///< rows of the next epoch that are done
  std::vector<double> lossSums; ///< of these rows, for the epoch's figures: loss times rows

  double bestFigure = 0; ///< the lowest figure to minimize so far
  uint64_t bestEpoch = 0; ///< 0: none yet

  // Settings that must not change when a run is resumed, or its bits would.
  int64_t batch = 0;
  bool shuffle = true;
  double validation = 0;
  uint64_t dataFingerprint = 0;
  PictureTexts pictures;
};

/// A checkpoint of a state; its arrays share the state's blocks, so write it before the next step.
Safetensors checkpointOf(const ModelInfo &info, const PhaseInfo &phase, const TrainingState &state);

/// The whole state, for a run of the phase that continues. The refusal names the file.
llvm::Expected<TrainingState> loadCheckpoint(llvm::StringRef path, const ModelInfo &info, const PhaseInfo &phase);

/// The train block that a checkpoint is of; empty for the model itself, or a file that is no checkpoint.
llvm::Expected<std::string> phaseOfCheckpoint(llvm::StringRef path);

/// How the run whose checkpoint this is prepared its pictures; nothing for a file of another program.
llvm::Expected<PictureTexts> loadPictureTexts(llvm::StringRef path);

/// Parameters only, from a checkpoint or from any safetensors file with their names and shapes.
llvm::Expected<Block> loadParameters(llvm::StringRef path, const ModelInfo &info, const Warn &warn);

/// The moving average of the parameters, from the checkpoint of a run that has made a step.
llvm::Expected<Block> loadAverage(llvm::StringRef path, const ModelInfo &info, const PhaseInfo &phase);

/// The tensors of a block that is laid out as the parameter block, buffers, too, each under `prefix` and its name, and those of a
/// block that holds what a phase trains: gradients, a moment. A buffer that counts something becomes i64.
std::vector<NamedArray> blockTensors(const ModelInfo &info, const Block &block, llvm::StringRef prefix);
std::vector<NamedArray> trainedTensors(const ModelInfo &info, const PhaseInfo &phase, const Block &block, llvm::StringRef prefix);

} // namespace mimoc
