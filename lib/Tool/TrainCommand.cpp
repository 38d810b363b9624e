#include "Interrupt.h"
#include "Progress.h"
#include "ResumeCommand.h"
#include "RunFolder.h"
#include "Session.h"
#include "mimoc/Data/Refuse.h"
#include "mimoc/Training/Shuffle.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include <cmath>

namespace mimoc {

namespace {

constexpr int64_t kDefaultBatch = 32;

/// Lets the user watch, and brings the run to disk.
class Reporter : public TrainObserver {
public:
  Reporter(RunFolder &folder, TrainProgress &progress, const ModelInfo &info, const TrainOptions &options,
           const Console &console)
      : folder(folder), progress(progress), info(info), options(options), console(console) {}

  llvm::Error afterStep(const StepReport &report, const TrainingState &state) override {
    if (report.notFinite && firstNotFinite.empty())
      warnNotFinite(report);
    progress.afterStep(report);
    return folder.afterStep(state);
  }

  llvm::Error afterEpoch(const EpochReport &report, const TrainingState &state) override {
    progress.afterEpoch(report);
    if (auto error = folder.afterEpoch(report, state))
      return error;
    bool keep = options.saveEvery && state.epoch % *options.saveEvery == 0;
    return keep ? folder.keepEpoch(state) : llvm::Error::success();
  }

  bool shouldStop() override { return InterruptGuard::received() != 0; }

  std::string firstNotFinite; ///< empty while all losses were finite

private:
  void warnNotFinite(const StepReport &report) {
    progress.clear();
    firstNotFinite = fmt::format("the loss '{}' is not a finite number since step {} (epoch {})",
                                 info.losses[*report.notFinite].name, report.step, report.epoch);
    console.warn(firstNotFinite + ": the parameters are likely to be lost; look for NaN in the data, or lower --lr. "
                                  "best.safetensors keeps the best finite epoch");
  }

  RunFolder &folder;
  TrainProgress &progress;
  const ModelInfo &info;
  const TrainOptions &options;
  const Console &console;
};

/// One training run from options to the last line printed.
class TrainRun {
public:
  TrainRun(const TrainOptions &options, const Console &console, Model model)
      : options(options), console(console), model(std::move(model)) {}

  llvm::Expected<int> run();

private:
  llvm::Error prepareState();
  llvm::Error startState();
  llvm::Error resumeState();
  llvm::Error prepareData();
  llvm::Error splitData();
  llvm::Error checkBatches() const;
  llvm::Error applyOptions();
  std::string folderName() const;
  void announce(const RunFolder &folder);
  int conclude(TrainEnd end, const RunFolder &folder, const Reporter &reporter);
  template <typename T> llvm::Error checkKept(const char *option, const std::optional<T> &given, T kept);

  const TrainOptions &options;
  const Console &console;
  Model model;
  TrainingState state;
  Dataset train, validation;
  bool hasValidation = false;
};

// A setting that a resumed run must keep, or its bits would change.
template <typename T>
llvm::Error TrainRun::checkKept(const char *option, const std::optional<T> &given, T kept) {
  if (!given || *given == kept)
    return llvm::Error::success();
  return refuse("{} {} differs from the run's {}, and a resumed run must keep it: leave the option out, or start a new "
                "run from the parameters with --load", option, *given, kept);
}

llvm::Error TrainRun::startState() {
  state.options = RunOptions::defaultsOf(model.phase());
  state.options.seed = options.seed.value_or(model.phase().seed);
  state.batch = options.batch.value_or(kDefaultBatch);
  state.shuffle = !options.noShuffle;
  state.validation = options.validation.value_or(0);
  auto pictures = pictureRules(options.pictures);
  if (!pictures)
    return pictures.takeError();
  state.pictures = pictures->texts;
  auto parameters = model.initialParameters(state.options.seed);
  if (parameters && !options.load.sources.empty())
    parameters = loadPretrained(options.load, model.info(), *parameters);
  if (!parameters)
    return parameters.takeError();
  auto optimizer = model.initialState();
  if (!optimizer)
    return optimizer.takeError();
  state.parameters = std::move(*parameters);
  state.optimizer = std::move(*optimizer);
  return llvm::Error::success();
}

llvm::Error TrainRun::resumeState() {
  auto loaded = loadCheckpoint(options.resume, model.info(), model.phase());
  if (!loaded)
    return loaded.takeError();
  state = std::move(*loaded);
  if (auto error = checkKept("--batch", options.batch, state.batch))
    return error;
  if (auto error = checkKept("--seed", options.seed, state.options.seed))
    return error;
  if (auto error = checkKept("--validation", options.validation, state.validation))
    return error;
  if (options.noShuffle && state.shuffle)
    return refuse("--no-shuffle: the run shuffles, and a resumed run must keep it; leave the option out");
  auto pictures = pictureRules(options.pictures);
  if (!pictures)
    return pictures.takeError();
  if (!pictures->texts.empty() && pictures->texts != state.pictures)
    return refuse("--augment and --transform differ from the run's, and a resumed run must keep them: leave the options out, or start a "
                  "new run from the parameters with --load");
  if (state.epoch >= options.epochs)
    return refuse("{}: has {} epochs behind it and --epochs {} asks for no more; --epochs counts from the run's start",
                  options.resume, state.epoch, options.epochs);
  return llvm::Error::success();
}

// Learning rates, limits and coefficients may change from one part of a run to the next.
llvm::Error TrainRun::applyOptions() {
  if (options.learningRate)
    state.options.values.front() = *options.learningRate;
  if (auto error = setFields(model.phase(), options.settings, state.options))
    return error;
  return setCoefficients(model.phase(), options.coefficients, state.options);
}

llvm::Error TrainRun::prepareState() {
  if (auto error = requirePhase(model, options.model.phase, options.resume))
    return error;
  if (!model.canTrain())
    return refuse("{}: the model has no optimizer, so it cannot be trained; add 'minimize' and 'optimizer' to its "
                  "source", model.path());
  if (auto error = options.resume.empty() ? startState() : resumeState())
    return error;
  return applyOptions();
}

llvm::Error TrainRun::splitData() {
  auto held = int64_t(std::llround(double(train.rows) * state.validation));
  if (held <= 0 || held >= train.rows)
    return refuse("--validation {} of {} rows leaves {} for validation and {} for training; both need some",
                  state.validation, train.rows, held, train.rows - held);
  auto order = shuffled(train.rows, state.options.seed, ShuffleUse::Split, 0);
  auto heldRows = llvm::MutableArrayRef(order).take_front(size_t(held));
  auto keptRows = llvm::MutableArrayRef(order).drop_front(size_t(held));
  llvm::sort(heldRows); // --no-shuffle means the order of the file
  llvm::sort(keptRows);
  auto heldOut = train.select(heldRows), kept = train.select(keptRows);
  if (!heldOut || !kept)
    return llvm::joinErrors(heldOut.takeError(), kept.takeError());
  validation = std::move(*heldOut);
  train = std::move(*kept);
  hasValidation = true;
  return llvm::Error::success();
}

// What would be refused in the middle of an epoch: more rows than a run-time size may have, and, as statistics over a batch need rows, a short
// last batch with too few.
llvm::Error TrainRun::checkBatches() const {
  const ModelInfo &info = model.info();
  auto step = llvm::find_if(info.entries, [&](const EntryInfo &entry) {
    return entry.kind == "step" && entry.name == model.phase().name;
  });
  if (auto error = train.checkFits(state.batch))
    return error;
  int64_t rest = train.rows % state.batch, smallest = rest ? rest : state.batch;
  if (step == info.entries.end())
    return llvm::Error::success();
  for (const LeastSize &size : step->leastSizes) {
    int64_t fewest = train.fewestRows(size.dim, smallest);
    if (fewest >= size.least)
      continue;
    if (size.dim == kBatchName)
      return refuse("--batch {}: the last batch of {} rows has {}, and training needs at least {} ({}:{}); choose another --batch",
                    state.batch, train.rows, smallest, size.least, info.sourceName, size.line);
    return refuse("--batch {}: {} samples, as in the last batch, may have only {} {}, and training needs at least {} ({}:{}); choose another "
                  "--batch", state.batch, smallest, fewest, size.dim, size.least, info.sourceName, size.line);
  }
  return llvm::Error::success();
}

llvm::Error TrainRun::prepareData() {
  auto warn = [&](const std::string &text) { console.warn(text); };
  auto pictures = pictureRules(options.pictures);
  if (!pictures)
    return pictures.takeError();
  pictures->texts = state.pictures;
  auto loaded = loadDataset(options.data, model.info(), Needs::InputsAndTargets, *pictures, warn);
  if (!loaded)
    return loaded.takeError();
  train = std::move(*loaded);
  uint64_t fingerprint = train.fingerprint();
  if (!options.resume.empty() && fingerprint != state.dataFingerprint)
    return refuse("{}: was made with other training data, so the run cannot be continued; give the same --data, or "
                  "start a new run from its parameters with --load", options.resume);
  state.dataFingerprint = fingerprint;
  if (state.validation > 0)
    return splitData();
  if (options.validationData.empty())
    return llvm::Error::success();
  auto held = loadDataset(options.validationData, model.info(), Needs::InputsAndTargets, *pictures, warn);
  if (!held)
    return at("--validation-data", held.takeError());
  validation = std::move(*held);
  hasValidation = true;
  return llvm::Error::success();
}

// A resumed run goes on in its folder; a new one takes the first free name.
std::string TrainRun::folderName() const {
  if (!options.out.empty())
    return options.out;
  if (!options.resume.empty()) {
    llvm::StringRef parent = llvm::sys::path::parent_path(options.resume);
    return parent.empty() ? "." : parent.str();
  }
  std::string name = llvm::sys::path::stem(options.model.path).str() + "-run", folder = name;
  for (int number = 2; !options.overwrite && llvm::sys::fs::exists(folder + "/last.safetensors"); ++number)
    folder = fmt::format("{}-{}", name, number);
  return folder;
}

void TrainRun::announce(const RunFolder &folder) {
  const ModelInfo &info = model.info();
  const PhaseInfo &phase = model.phase();
  std::string trained = info.name + (phase.name.empty() ? "" : ", train block " + phase.name);
  console.out << fmt::format("{}: {} parameters, {}, learning rate {}, {}, seed {}\n", trained,
                             withThousands(uint64_t(phase.gradientElements)), phase.optimizer,
                             state.options.values.front(), numpyName(elementOf(info.precision)).str(),
                             state.options.seed);
  std::string held = !hasValidation ? "no validation"
                                    : fmt::format("{} for validation{}", withThousands(uint64_t(validation.rows)),
                                                  state.validation > 0 ? ", held out by the seed" : "");
  console.out << fmt::format("{} rows for training in batches of {}, {}\n", withThousands(uint64_t(train.rows)),
                             state.batch, held);
  if (folder.leftovers())
    console.out << fmt::format("{}: cleared away {} half-written files of an earlier run\n", folder.path(),
                               folder.leftovers());
  if (!options.resume.empty())
    console.out << fmt::format("continuing after step {} (epoch {})\n", state.options.step,
                               state.epoch + (state.position ? 1 : 0));
  console.out << fmt::format("writing to {}/\n", folder.path());
  console.out.flush();
}

int TrainRun::conclude(TrainEnd end, const RunFolder &folder, const Reporter &reporter) {
  const char *why = end == TrainEnd::Finished    ? "finished"
                    : end == TrainEnd::StepLimit ? "step limit reached"
                                                 : "stopped";
  std::string place = state.position ? fmt::format(", {} of {} rows of epoch {}", state.position, train.rows,
                                                   state.epoch + 1) : "";
  console.out << fmt::format("{} after epoch {}{}, step {}\n", why, state.epoch, place, state.options.step);
  if (state.bestEpoch)
    console.out << fmt::format("best epoch {}: {}minimize {:.6g}\n", state.bestEpoch,
                               hasValidation ? "validation " : "", state.bestFigure);
  console.out << fmt::format("{}/: last.safetensors{}, log.csv{}\n", folder.path(),
                             folder.hasBest() ? ", best.safetensors" : "", folder.hasPicture() ? ", losses.svg" : "");
  if (!reporter.firstNotFinite.empty())
    console.warn(reporter.firstNotFinite);
  if (end == TrainEnd::Finished)
    return 0;
  console.out << "to continue: " << resumeCommand(console.arguments, folder.file("last.safetensors")) << "\n";
  return end == TrainEnd::Stopped ? 128 + InterruptGuard::received() : 0;
}

llvm::Expected<int> TrainRun::run() {
  if (auto error = prepareState())
    return std::move(error);
  if (auto error = prepareData())
    return std::move(error);
  if (auto error = checkBatches())
    return std::move(error);
  FolderUse use = !options.resume.empty() ? FolderUse::Resume
                  : options.overwrite     ? FolderUse::Overwrite
                                          : FolderUse::Fresh;
  auto folder = RunFolder::open(folderName(), use, model.info(), model.phase(), state.epoch);
  if (!folder)
    return folder.takeError();
  announce(*folder);

  InterruptGuard guard;
  TrainLimits limits{options.epochs, options.steps};
  TrainProgress progress(console.out, model.info(), model.phase(), limits, state, train.rows);
  Reporter reporter(*folder, progress, model.info(), options, console);
  bool trainMetrics = !model.info().metrics.empty() && (options.trainMetrics || !hasValidation);
  TrainData data{train, hasValidation ? &validation : nullptr, trainMetrics};
  uint64_t stepsBefore = state.options.step;
  auto end = runTraining(model, data, limits, state, reporter);
  progress.clear();
  // A failed step has changed nothing: what the steps before it reached is worth keeping.
  if (!end && state.options.step == stepsBefore)
    return end.takeError();
  if (auto error = folder->save(state))
    return end ? std::move(error) : llvm::joinErrors(end.takeError(), std::move(error));
  if (end)
    return conclude(*end, *folder, reporter);
  console.out << fmt::format("stopped after step {}; {} holds what was reached\n", state.options.step, folder->file("last.safetensors"));
  return end.takeError();
}

} // namespace

llvm::Expected<int> trainCommand(const TrainOptions &options, const Console &console) {
  auto model = openModel(options.model);
  if (!model)
    return model.takeError();
  return TrainRun(options, console, std::move(*model)).run();
}

} // namespace mimoc
