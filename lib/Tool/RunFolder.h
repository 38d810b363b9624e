// What a training run leaves behind: checkpoints, log and picture in one folder. Private to this folder.
#pragma once

#include "LossLog.h"
#include "mimoc/Data/File.h"
#include "mimoc/Training/TrainLoop.h"

#include <chrono>
#include <optional>

namespace mimoc {

enum class FolderUse { Fresh, Overwrite, Resume };

class RunFolder {
public:
  /// Makes the folder, locks it and clears away what a killed run left half-written. The run that it may hold and that is to be overwritten
  /// stays until the first step is done: what is refused before that loses nothing.
  static llvm::Expected<RunFolder> open(const std::string &path, FolderUse use, const ModelInfo &info, const PhaseInfo &phase,
                                        uint64_t epochsDone);

  /// Logs the epoch, keeps its state if it is the best, and saves unless something was saved a moment ago.
  llvm::Error afterEpoch(const EpochReport &report, const TrainingState &state);
  /// In long epochs, saves from time to time.
  llvm::Error afterStep(const TrainingState &state);
  llvm::Error keepEpoch(const TrainingState &state); ///< epoch-N.safetensors
  /// Brings everything on disk up to the state.
  llvm::Error save(const TrainingState &state);

  const std::string &path() const { return folder; }
  std::string file(llvm::StringRef name) const { return folder + "/" + name.str(); }
  unsigned leftovers() const { return removed; }
  bool hasBest() const;
  bool hasPicture() const;

private:
  RunFolder(std::string path, FolderLock lock, const ModelInfo &info, const PhaseInfo &phase)
      : folder(std::move(path)), lock(std::move(lock)), info(info), phase(phase) {}
  llvm::Error begin(FolderUse use, uint64_t epochsDone);
  double sinceSaving() const;
  llvm::Error savePicture(const TrainingState &state);

  std::string folder;
  FolderLock lock;
  std::optional<LossLog> log; ///< from begin() on
  const ModelInfo &info;
  const PhaseInfo &phase;
  unsigned removed = 0;
  std::optional<TrainingState> best; ///< not yet on disk
  std::optional<std::chrono::steady_clock::time_point> saved;
};

} // namespace mimoc
