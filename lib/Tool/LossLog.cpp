#include "LossLog.h"
#include "Session.h"
#include "mimoc/Data/File.h"
#include "mimoc/Data/Refuse.h"

#include <cerrno>
#include <cmath>
#include <cstring>
#include <limits>

namespace mimoc {

namespace {

constexpr size_t kFixedColumns = 5;

std::vector<std::string> columnsOf(const ModelInfo &info) {
  std::vector<std::string> names{"epoch", "step", "seconds", "samples_per_second", "learning_rate"};
  for (const char *part : {"train.", "validation."}) {
    names.push_back(std::string(part) + "minimize"); // a word of the language, so no loss can be called that
    for (const FigureInfo &ratio : figuresOf(info))
      names.push_back(part + ratio.name);
  }
  return names;
}

// A line of numbers and empty cells; nothing where it is anything else, such as a line that a crash cut short.
std::optional<std::vector<double>> parseLine(llvm::StringRef line, size_t columns) {
  llvm::SmallVector<llvm::StringRef> cells;
  line.split(cells, ',');
  std::vector<double> row;
  for (llvm::StringRef cell : cells) {
    double value = std::numeric_limits<double>::quiet_NaN();
    if (!cell.empty() && cell.getAsDouble(value))
      return std::nullopt;
    row.push_back(value);
  }
  return row.size() == columns && std::isfinite(row.front()) ? std::optional(row) : std::nullopt;
}

std::vector<std::vector<double>> readLines(const std::string &path, const std::string &header, size_t columns,
                                           uint64_t keepThrough) {
  std::vector<std::vector<double>> rows;
  auto bytes = readFile(path);
  if (!bytes) {
    llvm::consumeError(bytes.takeError()); // a run may be resumed without its log
    return rows;
  }
  auto [first, rest] = bytes->text().split('\n');
  while (first == header && !rest.empty()) {
    auto [line, more] = rest.split('\n');
    rest = more;
    if (auto row = parseLine(line, columns); row && row->front() <= double(keepThrough))
      rows.push_back(std::move(*row));
  }
  return rows;
}

} // namespace

std::string LossLog::lineText(const std::vector<double> &row) const {
  std::string text;
  for (size_t i = 0; i < row.size(); ++i) {
    text += i ? "," : "";
    if (!std::isnan(row[i]))
      text += i == 2 || i == 3 ? fmt::format("{:.3f}", row[i]) : fmt::format("{}", row[i]);
  }
  return text + "\n";
}

llvm::Expected<LossLog> LossLog::open(const std::string &path, const ModelInfo &info, uint64_t keepThrough) {
  LossLog log;
  log.path = path;
  log.names = columnsOf(info);
  std::string header = fmt::format("{}", fmt::join(log.names, ","));
  if (keepThrough > 0)
    log.rows = readLines(path, header, log.names.size(), keepThrough);
  std::string text = header + "\n";
  for (const auto &row : log.rows)
    text += log.lineText(row);
  if (auto error = writeFileAtomically(path, text))
    return std::move(error);
  log.file = std::shared_ptr<std::FILE>(std::fopen(path.c_str(), "ae"), [](std::FILE *file) {
    if (file)
      std::fclose(file);
  });
  if (!log.file)
    return refuse("{}: cannot be written: {}", path, std::strerror(errno));
  return log;
}

llvm::Error LossLog::append(const std::string &text) {
  if (std::fwrite(text.data(), 1, text.size(), file.get()) == text.size() && std::fflush(file.get()) == 0)
    return llvm::Error::success();
  return refuse("{}: cannot be written: {}", path, std::strerror(errno));
}

llvm::Error LossLog::add(const EpochReport &report, double learningRate) {
  constexpr double none = std::numeric_limits<double>::quiet_NaN();
  std::vector<double> row{double(report.epoch), double(report.step), report.seconds, report.samplesPerSecond,
                          learningRate};
  size_t ratios = (names.size() - kFixedColumns) / 2 - 1;
  row.push_back(report.trainMinimized);
  row.insert(row.end(), report.train.begin(), report.train.end());
  row.push_back(report.validation.empty() ? none : report.validationMinimized);
  row.insert(row.end(), report.validation.begin(), report.validation.end());
  row.resize(kFixedColumns + 2 * (ratios + 1), none);
  rows.push_back(row);
  return append(lineText(row));
}

} // namespace mimoc
