#include "Progress.h"
#include "Session.h"
#include "mimoc/Training/Evaluate.h"

#include <fmt/format.h>

#include <cmath>
#include <cstdlib>
#include <sys/ioctl.h>
#include <unistd.h>

namespace mimoc {

namespace {

using Clock = std::chrono::steady_clock;

size_t terminalWidth() {
  winsize size{};
  return ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

bool canRewriteLines(llvm::raw_ostream &out) {
  const char *terminal = std::getenv("TERM");
  return out.is_displayed() && terminal && llvm::StringRef(terminal) != "dumb";
}

std::string bar(double fraction) {
  constexpr int width = 20;
  int done = int(std::lround(fraction * width));
  return fmt::format("[{}{}]", std::string(size_t(done), '='), std::string(size_t(width - done), ' '));
}

// Where only one loss makes up `minimize`, its figure would stand there twice.
bool sumIsAFigure(const ModelInfo &info, const PhaseInfo &phase) {
  return info.losses.size() == 1 && phase.options.size() == 2 && phase.options[1].value == 1;
}

} // namespace

// The first line comes late enough for its rates to mean something.
LiveLine::LiveLine(llvm::raw_ostream &out) : out(out), live(canRewriteLines(out)), last(Clock::now()) {}

bool LiveLine::isDue() const { return live && Clock::now() - last >= std::chrono::milliseconds(100); }

void LiveLine::show(const std::string &text) {
  if (!isDue())
    return;
  last = Clock::now();
  shown = true;
  out << "\r" << llvm::StringRef(text).take_front(terminalWidth() - 1) << "\x1b[K";
  out.flush();
}

void LiveLine::clear() {
  if (shown)
    out << "\r\x1b[K";
  shown = false;
  out.flush();
}

TrainProgress::TrainProgress(llvm::raw_ostream &out, const ModelInfo &info, const PhaseInfo &phase, const TrainLimits &limits,
                             const TrainingState &state, int64_t rows)
    : out(out), line(out), info(info), phase(phase), options(state.options), epochs(limits.epochs),
      firstEpochs(double(state.epoch) + double(state.position) / double(rows)), lastEpochs(double(limits.epochs)),
      start(Clock::now()) {
  if (!limits.steps)
    return;
  double stepsAnEpoch = std::ceil(double(rows) / double(state.batch));
  lastEpochs = std::min(lastEpochs, double(*limits.steps) / stepsAnEpoch);
}

/// The sign of a NaN means nothing, and is not shown.
static double unsignedNan(double value) { return std::isnan(value) ? std::abs(value) : value; }

std::string TrainProgress::figures(llvm::ArrayRef<double> values, double minimized) const {
  std::string text = sumIsAFigure(info, phase) ? "" : fmt::format("minimize {:.4g}", unsignedNan(minimized));
  auto ratios = figuresOf(info);
  for (size_t i = 0; i < values.size(); ++i)
    if (i < info.losses.size() || !std::isnan(values[i])) // a metric that was not computed
      text += fmt::format("{}{} {:.4g}", text.empty() ? "" : "  ", ratios[i].name, unsignedNan(values[i]));
  return text;
}

std::string TrainProgress::remaining(double epochsDone) const {
  double seconds = std::chrono::duration<double>(Clock::now() - start).count();
  double done = epochsDone - firstEpochs, left = std::max(0.0, lastEpochs - epochsDone);
  return durationText(done > 0 ? seconds / done * left : -1);
}

void TrainProgress::afterStep(const StepReport &report) {
  if (!line.isDue())
    return;
  double fraction = double(report.rowsDone) / double(report.rows);
  double done = double(report.epoch - 1) + fraction;
  double seconds = std::chrono::duration<double>(Clock::now() - start).count();
  double rowsPerSecond = (done - firstEpochs) * double(report.rows) / std::max(seconds, 1e-9);
  line.show(fmt::format("epoch {}/{} {} {:3.0f}%  {} left  {}  {} samples/s", report.epoch, epochs, bar(fraction),
                        100 * fraction, remaining(done),
                        figures(report.losses, minimizedFigure(info, phase, options, report.losses)),
                        withThousands(uint64_t(rowsPerSecond))));
}

void TrainProgress::afterEpoch(const EpochReport &report) {
  line.clear();
  out << fmt::format("epoch {:{}}/{}  {}", report.epoch, std::to_string(epochs).size(), epochs,
                     figures(report.train, report.trainMinimized));
  if (!report.validation.empty())
    out << "  |  validation " << figures(report.validation, report.validationMinimized);
  out << fmt::format("  |  {} samples/s  {} left{}\n", withThousands(uint64_t(report.samplesPerSecond)),
                     remaining(double(report.epoch)), report.best ? "  best" : "");
  out.flush();
}

} // namespace mimoc
