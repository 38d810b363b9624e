#include "Progress.h"
#include "Ranking.h"
#include "Session.h"
#include "mimoc/Data/Refuse.h"
#include "mimoc/Training/Evaluate.h"

#include "llvm/Support/JSON.h"

#include <cmath>

namespace mimoc {

namespace {

/// All that is known of a data set.
struct Report {
  const ModelInfo &info;
  const PhaseInfo &phase;
  const RunOptions &options;
  const Evaluation &evaluation;
  llvm::ArrayRef<RankFigure> rankings;
  int64_t rows;

  double minimized() const { return minimizedFigure(info, phase, options, evaluation.figures); }
};

/// A state that is a square table: how often a class was predicted as another.
struct Table {
  std::string metric;
  int64_t classes;
  const double *counts;
};

std::vector<Table> tablesOf(const Report &report) {
  std::vector<Table> tables;
  const double *place = report.evaluation.states.data();
  for (const FigureInfo &figure : figuresOf(report.info))
    for (const StateInfo &state : figure.state) {
      if (state.shape.size() == 2 && state.shape[0] == state.shape[1])
        tables.push_back({figure.name, state.shape[0], place});
      place += state.numbers();
    }
  return tables;
}

void printTable(const Table &table, llvm::raw_ostream &out) {
  size_t width = std::to_string(table.classes - 1).size();
  auto text = [&](int64_t row, int64_t column) { return fmt::format("{:.9g}", table.counts[row * table.classes + column]); };
  for (int64_t i = 0; i < table.classes * table.classes; ++i)
    width = std::max(width, text(0, i).size());
  out << fmt::format("{}: a row for each class of the target, a column for each that was predicted\n{:{}}", table.metric, "", width + 2);
  for (int64_t column = 0; column < table.classes; ++column)
    out << fmt::format("  {:>{}}", column, width);
  for (int64_t row = 0; row < table.classes; ++row) {
    out << fmt::format("\n  {:>{}}", row, width);
    for (int64_t column = 0; column < table.classes; ++column)
      out << fmt::format("  {:>{}}", text(row, column), width);
  }
  out << "\n";
}

void printText(const Report &report, llvm::raw_ostream &out) {
  size_t width = 8; // of "minimize"
  auto figures = figuresOf(report.info);
  for (const FigureInfo &figure : figures)
    width = std::max(width, figure.name.size());
  for (const RankFigure &ranking : report.rankings)
    width = std::max(width, ranking.name.size());
  out << fmt::format("{} rows\n", withThousands(uint64_t(report.rows)));
  if (report.phase.options.size() > 1)
    out << fmt::format("{:{}}  {:.9g}\n", "minimize", width, report.minimized());
  for (size_t i = 0; i < figures.size(); ++i)
    out << fmt::format("{:{}}  {:<12.9g}  {}\n", figures[i].name, width, report.evaluation.figures[i], figures[i].kind);
  for (const RankFigure &ranking : report.rankings)
    out << fmt::format("{:{}}  {:<12.9g}  auc, {} positive and {} negative\n", ranking.name, width, ranking.area,
                       withThousands(ranking.positives), withThousands(ranking.negatives));
  for (const Table &table : tablesOf(report))
    printTable(table, out);
}

// JSON knows no NaN.
llvm::json::Value number(double value) {
  return std::isfinite(value) ? llvm::json::Value(value) : llvm::json::Value(nullptr);
}

void writeTables(const Report &report, llvm::json::OStream &json) {
  for (const Table &table : tablesOf(report))
    json.attributeArray(table.metric, [&] {
      for (int64_t row = 0; row < table.classes; ++row)
        json.array([&] {
          for (int64_t column = 0; column < table.classes; ++column)
            json.value(number(table.counts[row * table.classes + column]));
        });
    });
}

void printJson(const Report &report, llvm::raw_ostream &out) {
  const ModelInfo &info = report.info;
  llvm::json::OStream json(out, 2);
  json.object([&] {
    json.attribute("model", info.name);
    json.attribute("rows", report.rows);
    if (report.phase.options.size() > 1)
      json.attribute("minimize", number(report.minimized()));
    json.attributeObject("losses", [&] {
      for (size_t i = 0; i < info.losses.size(); ++i)
        json.attribute(info.losses[i].name, number(report.evaluation.figures[i]));
    });
    json.attributeObject("metrics", [&] {
      for (size_t i = 0; i < info.metrics.size(); ++i)
        json.attribute(info.metrics[i].name, number(report.evaluation.figures[info.losses.size() + i]));
    });
    json.attributeObject("auc", [&] {
      for (const RankFigure &ranking : report.rankings)
        json.attribute(ranking.name, number(ranking.area));
    });
    json.attributeObject("tables", [&] { writeTables(report, json); });
  });
  json.flush();
  out << "\n";
}

llvm::Expected<std::vector<RankFigure>> rankAll(Model &model, const Block &parameters, const Dataset &data,
                                                llvm::ArrayRef<Ranking> rankings, int64_t batch) {
  std::vector<RankFigure> all;
  for (const Ranking &ranking : rankings) {
    auto figures = rankRows(model, parameters, data, ranking, batch);
    if (!figures)
      return figures.takeError();
    all.insert(all.end(), figures->begin(), figures->end());
  }
  return all;
}

} // namespace

llvm::Expected<int> evalCommand(const EvalOptions &options, const Console &console) {
  auto model = openModel(options.model);
  if (!model)
    return model.takeError();
  const ModelInfo &info = model->info();
  if (auto error = choosePhase(*model, options.model.phase, options.checkpoint))
    return std::move(error);
  const PhaseInfo &phase = model->phase();
  RunOptions run = RunOptions::defaultsOf(phase);
  if (auto error = setCoefficients(phase, options.coefficients, run))
    return std::move(error);
  auto rankings = parseRankings(info, options.rankings);
  if (!rankings)
    return rankings.takeError();
  auto pictures = pictureRules(options.pictures, options.checkpoint, console);
  if (!pictures)
    return pictures.takeError();
  auto data = loadDataset(options.data, info, Needs::InputsAndTargets, *pictures,
                          [&](const std::string &text) { console.warn(text); });
  if (!data)
    return data.takeError();
  auto parameters = options.averaged ? averageOf(*model, options.checkpoint)
                                     : parametersOf(*model, options.checkpoint, info.seed, console);
  if (!parameters)
    return parameters.takeError();
  LiveLine line(console.err);
  auto evaluation = evaluateAll(*model, *parameters, *data, options.batch, [&](int64_t rows) {
    line.show(fmt::format("{} of {} rows", withThousands(uint64_t(rows)), withThousands(uint64_t(data->rows))));
    return true;
  });
  line.clear();
  if (!evaluation)
    return evaluation.takeError();
  auto ranked = rankAll(*model, *parameters, *data, *rankings, options.batch);
  if (!ranked)
    return ranked.takeError();
  (options.json ? printJson : printText)({info, phase, run, **evaluation, *ranked, data->rows}, console.out);
  return 0;
}

} // namespace mimoc
