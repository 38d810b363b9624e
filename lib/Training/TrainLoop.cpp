#include "mimoc/Training/TrainLoop.h"
#include "mimoc/Training/Evaluate.h"
#include "mimoc/Training/Shuffle.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <numeric>

namespace mimoc {

namespace {

using Clock = std::chrono::steady_clock;

constexpr int64_t kEvaluationRows = 256; // keeps the machine busy where --batch is small

class Loop {
public:
  Loop(Model &model, const TrainData &data, const TrainLimits &limits, TrainingState &state, TrainObserver &observer,
       Batcher batcher)
      : model(model), data(data), limits(limits), state(state), observer(observer), batcher(std::move(batcher)),
        losses(model.info().losses.size()) {}

  llvm::Expected<TrainEnd> run();

private:
  llvm::Expected<TrainEnd> steps();
  llvm::Error step(llvm::ArrayRef<int64_t> rows, llvm::ArrayRef<int64_t> next);
  llvm::Expected<TrainEnd> finishEpoch();
  llvm::Expected<std::optional<EpochReport>> reportEpoch();
  llvm::Expected<std::optional<Evaluation>> evaluated(const Dataset &dataset);
  std::vector<double> means() const;
  std::vector<int64_t> epochOrder() const;

  Model &model;
  const TrainData &data;
  const TrainLimits &limits;
  TrainingState &state;
  TrainObserver &observer;
  Batcher batcher;
  std::vector<double> losses;
  Clock::time_point epochStart;
  int64_t epochRows = 0; ///< done by this process
};

std::vector<int64_t> Loop::epochOrder() const {
  if (state.shuffle)
    return shuffled(data.train.rows, state.options.seed, ShuffleUse::Epoch, state.epoch);
  std::vector<int64_t> order(size_t(data.train.rows));
  std::iota(order.begin(), order.end(), int64_t(0));
  return order;
}

// Every row counts once, also where the last batch is short.
std::vector<double> Loop::means() const {
  std::vector<double> result;
  for (double sum : state.lossSums)
    result.push_back(sum / double(std::max<uint64_t>(1, state.position)));
  return result;
}

// `next` are the rows of the step after it, whose pictures are read meanwhile.
llvm::Error Loop::step(llvm::ArrayRef<int64_t> rows, llvm::ArrayRef<int64_t> next) {
  Augmentation augmentation{true, state.options.seed, state.epoch};
  auto batch = batcher.gather(rows, augmentation);
  if (!batch)
    return batch.takeError();
  batcher.prepare(next, augmentation);
  if (auto error = model.step(state.parameters, state.optimizer, **batch, state.options, losses))
    return withDataRow(std::move(error), data.train, rows);
  ++state.options.step;
  state.position += rows.size();
  epochRows += int64_t(rows.size());
  StepReport report{state.epoch + 1, state.options.step, int64_t(state.position), data.train.rows, {}, {}};
  for (size_t i = 0; i < losses.size(); ++i) {
    state.lossSums[i] += losses[i] * double(rows.size());
    if (!std::isfinite(losses[i]) && !report.notFinite)
      report.notFinite = i;
  }
  report.losses = means();
  return observer.afterStep(report, state);
}

// `Finished` where all rows of the epoch are done. Its end is not yet written down then: a run that is stopped during
// validation comes back here with no steps left to make.
llvm::Expected<TrainEnd> Loop::steps() {
  std::vector<int64_t> order = epochOrder();
  while (state.position < order.size()) {
    if (limits.steps && state.options.step >= *limits.steps)
      return TrainEnd::StepLimit;
    llvm::ArrayRef<int64_t> left = llvm::ArrayRef(order).drop_front(state.position), rows = left.take_front(size_t(state.batch));
    if (auto error = step(rows, left.drop_front(rows.size()).take_front(size_t(state.batch))))
      return std::move(error);
    if (observer.shouldStop())
      return TrainEnd::Stopped;
  }
  return TrainEnd::Finished;
}

llvm::Expected<std::optional<Evaluation>> Loop::evaluated(const Dataset &dataset) {
  return evaluateAll(model, state.parameters, dataset, std::max(state.batch, kEvaluationRows),
                     [&](int64_t) { return !observer.shouldStop(); });
}

// Nothing where the observer stopped it.
llvm::Expected<std::optional<EpochReport>> Loop::reportEpoch() {
  EpochReport report;
  report.epoch = state.epoch + 1;
  report.step = state.options.step;
  report.samplesPerSecond =
      double(epochRows) / std::max(1e-9, std::chrono::duration<double>(Clock::now() - epochStart).count());
  report.train = means();
  report.trainMinimized = minimizedFigure(model.info(), model.phase(), state.options, report.train);
  report.train.resize(model.figureCount(), std::numeric_limits<double>::quiet_NaN());
  if (data.trainMetrics) {
    auto whole = evaluated(data.train);
    if (!whole || !*whole)
      return whole ? llvm::Expected<std::optional<EpochReport>>(std::nullopt) : whole.takeError();
    const std::vector<double> &figures = (*whole)->figures;
    std::copy(figures.begin() + losses.size(), figures.end(), report.train.begin() + losses.size());
  }
  if (data.validation) {
    auto whole = evaluated(*data.validation);
    if (!whole || !*whole)
      return whole ? llvm::Expected<std::optional<EpochReport>>(std::nullopt) : whole.takeError();
    report.validation = std::move((*whole)->figures);
    report.validationMinimized = minimizedFigure(model.info(), model.phase(), state.options, report.validation);
  }
  report.seconds = std::chrono::duration<double>(Clock::now() - epochStart).count();
  return report;
}

llvm::Expected<TrainEnd> Loop::finishEpoch() {
  auto report = reportEpoch();
  if (!report)
    return report.takeError();
  if (!*report)
    return TrainEnd::Stopped;
  EpochReport &done = **report;
  double figure = data.validation ? done.validationMinimized : done.trainMinimized;
  done.best = std::isfinite(figure) && (state.bestEpoch == 0 || figure < state.bestFigure);
  if (done.best) {
    state.bestFigure = figure;
    state.bestEpoch = done.epoch;
  }
  ++state.epoch;
  state.position = 0;
  std::fill(state.lossSums.begin(), state.lossSums.end(), 0);
  if (auto error = observer.afterEpoch(done, state))
    return std::move(error);
  return observer.shouldStop() && state.epoch < limits.epochs ? TrainEnd::Stopped : TrainEnd::Finished;
}

llvm::Expected<TrainEnd> Loop::run() {
  state.lossSums.resize(losses.size(), 0);
  while (state.epoch < limits.epochs) {
    epochStart = Clock::now();
    epochRows = 0;
    auto end = steps();
    if (!end || *end != TrainEnd::Finished)
      return end;
    end = finishEpoch();
    if (!end || *end != TrainEnd::Finished)
      return end;
    if (limits.steps && state.options.step >= *limits.steps)
      return TrainEnd::StepLimit;
  }
  return TrainEnd::Finished;
}

} // namespace

llvm::Expected<TrainEnd> runTraining(Model &model, const TrainData &data, const TrainLimits &limits,
                                     TrainingState &state, TrainObserver &observer) {
  auto batcher = Batcher::create(data.train, std::min(state.batch, data.train.rows));
  if (!batcher)
    return batcher.takeError();
  return Loop(model, data, limits, state, observer, std::move(*batcher)).run();
}

} // namespace mimoc
