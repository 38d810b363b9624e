#include "RunFolder.h"
#include "LossPicture.h"
#include "mimoc/Data/Refuse.h"

#include "llvm/Support/FileSystem.h"

namespace mimoc {

namespace {

// Syncing files to disk takes milliseconds each: more often than this costs time and gains nothing.
constexpr double kSecondsBetweenEpochSaves = 2;
constexpr double kSecondsBetweenStepSaves = 120;

constexpr size_t kMostPoints = 2000; // of a curve in the picture

constexpr const char *kLast = "last.safetensors", *kBest = "best.safetensors", *kLog = "log.csv",
                     *kPicture = "losses.svg";

bool holdsRun(const std::string &folder) { return llvm::sys::fs::exists(folder + "/" + kLast); }

} // namespace

llvm::Expected<RunFolder> RunFolder::open(const std::string &path, FolderUse use, const ModelInfo &info, const PhaseInfo &phase,
                                          uint64_t epochsDone) {
  if (std::error_code error = llvm::sys::fs::create_directories(path, true, llvm::sys::fs::all_all))
    return refuse("{}: the folder cannot be made: {}", path, error.message());
  if (use == FolderUse::Fresh && holdsRun(path))
    return refuse("{0}: holds a run already; continue it with --resume {0}/{1}, start anew there with --overwrite, or "
                  "choose another folder with --out", path, kLast);
  auto lock = FolderLock::acquire(path);
  if (!lock)
    return lock.takeError();
  RunFolder folder(path, std::move(*lock), info, phase);
  folder.removed = removeLeftovers(path);
  if (use != FolderUse::Overwrite)
    if (auto error = folder.begin(use, epochsDone))
      return std::move(error);
  return folder;
}

llvm::Error RunFolder::begin(FolderUse use, uint64_t epochsDone) {
  if (use == FolderUse::Overwrite)
    for (const char *name : {kLast, kBest})
      if (std::error_code error = llvm::sys::fs::remove(file(name)))
        return refuse("{}: cannot be removed: {}", file(name), error.message());
  auto opened = LossLog::open(file(kLog), info, use == FolderUse::Resume ? epochsDone : 0);
  if (!opened)
    return opened.takeError();
  log = std::move(*opened);
  return llvm::Error::success();
}

double RunFolder::sinceSaving() const {
  return saved ? std::chrono::duration<double>(std::chrono::steady_clock::now() - *saved).count() : 1e9;
}

bool RunFolder::hasBest() const { return llvm::sys::fs::exists(file(kBest)); }
bool RunFolder::hasPicture() const { return llvm::sys::fs::exists(file(kPicture)); }

llvm::Error RunFolder::savePicture(const TrainingState &state) {
  const auto &columns = log->columns();
  const auto &lines = log->lines();
  if (lines.empty())
    return llvm::Error::success();
  size_t stride = (lines.size() + kMostPoints - 1) / kMostPoints;
  auto column = [&](size_t place) {
    std::vector<double> values;
    for (size_t i = (lines.size() - 1) % stride; i < lines.size(); i += stride) // up to the newest
      values.push_back(lines[i][place]);
    return values;
  };
  // As LossLog orders them: five columns, then `train.` and `validation.` of the same figures.
  size_t first = 5, figures = (columns.size() - first) / 2;
  bool sumIsTheLoss = info.losses.size() == 1 && column(first) == column(first + 1);
  std::vector<Curve> curves;
  for (size_t i = sumIsTheLoss ? 1 : 0; i < figures; ++i)
    curves.push_back({columns[first + i].substr(columns[first + i].find('.') + 1), column(first + i),
                      column(first + figures + i)});
  return writeFileAtomically(file(kPicture), lossPicture(info.name, column(0), curves, double(state.bestEpoch)));
}

llvm::Error RunFolder::save(const TrainingState &state) {
  if (!log)
    if (auto error = begin(FolderUse::Overwrite, 0))
      return error;
  if (auto error = writeSafetensors(file(kLast), checkpointOf(info, phase, state)))
    return error;
  if (best)
    if (auto error = writeSafetensors(file(kBest), checkpointOf(info, phase, *best)))
      return error;
  best.reset();
  if (auto error = savePicture(state))
    return error;
  saved = std::chrono::steady_clock::now();
  return llvm::Error::success();
}

llvm::Error RunFolder::keepEpoch(const TrainingState &state) {
  return writeSafetensors(file(fmt::format("epoch-{:04}.safetensors", state.epoch)), checkpointOf(info, phase, state));
}

llvm::Error RunFolder::afterEpoch(const EpochReport &report, const TrainingState &state) {
  if (auto error = log->add(report, state.options.values.front()))
    return error;
  if (report.best) {
    auto parameters = state.parameters.copy(), optimizer = state.optimizer.copy();
    if (!parameters || !optimizer)
      return llvm::joinErrors(parameters.takeError(), optimizer.takeError());
    best = state;
    best->parameters = std::move(*parameters);
    best->optimizer = std::move(*optimizer);
  }
  return sinceSaving() > kSecondsBetweenEpochSaves ? save(state) : llvm::Error::success();
}

llvm::Error RunFolder::afterStep(const TrainingState &state) {
  if (!log)
    if (auto error = begin(FolderUse::Overwrite, 0))
      return error;
  if (!saved)
    saved = std::chrono::steady_clock::now();
  return sinceSaving() > kSecondsBetweenStepSaves ? save(state) : llvm::Error::success();
}

} // namespace mimoc
