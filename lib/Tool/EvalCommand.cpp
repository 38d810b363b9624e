#include "Progress.h"
#include "Session.h"
#include "mimoc/Data/Refuse.h"
#include "mimoc/Training/Evaluate.h"

#include "llvm/Support/JSON.h"

#include <cmath>

namespace mimoc {

namespace {

void printText(const ModelInfo &info, const RunOptions &options, llvm::ArrayRef<double> figures, int64_t rows,
               llvm::raw_ostream &out) {
  size_t width = 8; // of "minimize"
  auto ratios = figuresOf(info);
  for (const FigureInfo &ratio : ratios)
    width = std::max(width, ratio.name.size());
  out << fmt::format("{} rows\n", withThousands(uint64_t(rows)));
  if (info.options.size() > 1)
    out << fmt::format("{:{}}  {:.9g}\n", "minimize", width, minimizedFigure(info, options, figures));
  for (size_t i = 0; i < ratios.size(); ++i)
    out << fmt::format("{:{}}  {:<12.9g}  {}\n", ratios[i].name, width, figures[i], ratios[i].kind);
}

// JSON knows no NaN.
llvm::json::Value number(double value) {
  return std::isfinite(value) ? llvm::json::Value(value) : llvm::json::Value(nullptr);
}

void printJson(const ModelInfo &info, const RunOptions &options, llvm::ArrayRef<double> figures, int64_t rows,
               llvm::raw_ostream &out) {
  llvm::json::OStream json(out, 2);
  json.object([&] {
    json.attribute("model", info.name);
    json.attribute("rows", rows);
    if (info.options.size() > 1)
      json.attribute("minimize", number(minimizedFigure(info, options, figures)));
    json.attributeObject("losses", [&] {
      for (size_t i = 0; i < info.losses.size(); ++i)
        json.attribute(info.losses[i].name, number(figures[i]));
    });
    json.attributeObject("metrics", [&] {
      for (size_t i = 0; i < info.metrics.size(); ++i)
        json.attribute(info.metrics[i].name, number(figures[info.losses.size() + i]));
    });
  });
  json.flush();
  out << "\n";
}

} // namespace

llvm::Expected<int> evalCommand(const EvalOptions &options, const Console &console) {
  auto model = openModel(options.model);
  if (!model)
    return model.takeError();
  const ModelInfo &info = model->info();
  RunOptions run = RunOptions::defaultsOf(info);
  if (auto error = setCoefficients(info, options.coefficients, run))
    return std::move(error);
  auto data = loadDataset(options.data, info, Needs::InputsAndTargets,
                          [&](const std::string &text) { console.warn(text); });
  if (!data)
    return data.takeError();
  auto parameters = options.averaged ? averageOf(*model, options.checkpoint)
                                     : parametersOf(*model, options.checkpoint, info.seed, console);
  if (!parameters)
    return parameters.takeError();
  LiveLine line(console.err);
  auto figures = evaluateAll(*model, *parameters, *data, options.batch, [&](int64_t rows) {
    line.show(fmt::format("{} of {} rows", withThousands(uint64_t(rows)), withThousands(uint64_t(data->rows))));
    return true;
  });
  line.clear();
  if (!figures)
    return figures.takeError();
  (options.json ? printJson : printText)(info, run, **figures, data->rows, console.out);
  return 0;
}

} // namespace mimoc
