#include "mimoc/Training/Evaluate.h"
#include "mimoc/Data/Refuse.h"

#include "llvm/ADT/Sequence.h"

namespace mimoc {

llvm::Expected<std::optional<Evaluation>> evaluateAll(Model &model, const Block &parameters, const Dataset &data, int64_t batch,
                                                      const OnRows &onRows) {
  auto batcher = Batcher::create(data, 0); // rows in order need few copies
  if (!batcher)
    return batcher.takeError();
  std::vector<double> states(size_t(stateNumbers(model.info())), 0);
  for (int64_t first = 0, rows; first < data.rows; first += rows) {
    rows = data.samplesThatFit(first, batch);
    auto rowsRead = batcher->range(first, rows);
    if (!rowsRead)
      return rowsRead.takeError();
    batcher->prepareRange(first + rows, batch);
    if (auto error = model.evaluate(parameters, **rowsRead, states))
      return withDataRow(std::move(error), data, llvm::to_vector(llvm::seq(first, first + rows)));
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

/// The column whose value a message refuses, `step: inputs.edge[4, 1] is 8, ...`, and its row in the batch.
static std::pair<const Column *, int64_t> refusedValue(llvm::StringRef text, const Dataset &data) {
  auto [before, after] = text.split('[');
  int64_t row = 0;
  if (!text.contains("is not in [0,") || after.consumeInteger(10, row))
    return {nullptr, 0};
  return {data.find(before.drop_front(before.find_last_of(". ") + 1)), row};
}

llvm::Error withDataRow(llvm::Error error, const Dataset &data, llvm::ArrayRef<int64_t> samples) {
  std::string text = llvm::toString(std::move(error));
  auto [column, row] = refusedValue(text, data);
  if (!column || samples.empty())
    return refuse("{}", text);
  DataPlace place = data.placeOf(*column, row, samples);
  if (column->dim == Column::kSamples)
    return refuse("{} (row {} of the data, counted from 0)", text, place.sample);
  return refuse("{} (row {} of sample {} of the data, both counted from 0)", text, place.row, place.sample);
}

} // namespace mimoc
