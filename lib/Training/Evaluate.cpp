#include "mimoc/Training/Evaluate.h"
#include "mimoc/Data/Refuse.h"

namespace mimoc {

llvm::Expected<std::optional<Evaluation>> evaluateAll(Model &model, const Block &parameters, const Dataset &data, int64_t batch,
                                                      const OnRows &onRows) {
  auto batcher = Batcher::create(data, 0); // rows in order need no copies
  if (!batcher)
    return batcher.takeError();
  std::vector<double> states(size_t(stateNumbers(model.info())), 0);
  for (int64_t first = 0; first < data.rows; first += batch) {
    int64_t rows = std::min(batch, data.rows - first);
    auto rowsRead = batcher->range(first, rows);
    if (!rowsRead)
      return rowsRead.takeError();
    batcher->prepareRange(first + rows, batch);
    if (auto error = model.evaluate(parameters, **rowsRead, states))
      return withDataRow(std::move(error), data, [&](int64_t row) { return first + row; });
    if (!onRows(first + rows))
      return std::nullopt;
  }
  auto figures = model.figures(states);
  if (!figures)
    return figures.takeError();
  return Evaluation{std::move(*figures), std::move(states)};
}

double minimizedFigure(const ModelInfo &info, const PhaseInfo &phase, const RunOptions &options, llvm::ArrayRef<double> figures) {
  double sum = 0;
  for (size_t i = 0; i < phase.options.size(); ++i)
    for (size_t loss = 0; loss < info.losses.size(); ++loss)
      if (phase.options[i].kind == "coefficient" && info.losses[loss].name == phase.options[i].name)
        sum += options.values[i] * figures[loss];
  return sum;
}

llvm::Error withDataRow(llvm::Error error, const Dataset &data, const std::function<int64_t(int64_t)> &rowOf) {
  std::string text = llvm::toString(std::move(error));
  llvm::StringRef place = llvm::StringRef(text).split('[').second;
  int64_t row = 0;
  bool refusedValue = llvm::StringRef(text).contains("is not in [0,") && !place.consumeInteger(10, row);
  return refusedValue ? refuse("{} (row {} of the data, counted from 0)", text, data.originOf(rowOf(row)))
                      : refuse("{}", text);
}

} // namespace mimoc
