#include "Ranking.h"
#include "Session.h"
#include "mimoc/Data/Names.h"
#include "mimoc/Data/Refuse.h"
#include "mimoc/Training/RocArea.h"

#include "llvm/ADT/STLExtras.h"

#include <cmath>

namespace mimoc {

namespace {

/// Numbers of a row; nothing where the batch does not come first.
std::optional<int64_t> numbersOfRow(const TensorInfo &tensor) {
  if (tensor.shape.empty() || tensor.shape.front() != kRunTimeSize)
    return std::nullopt;
  return elementCount(llvm::ArrayRef(tensor.shape).drop_front());
}

const TensorInfo *tensorCalled(llvm::ArrayRef<TensorInfo> tensors, llvm::StringRef name) {
  auto found = llvm::find_if(tensors, [&](const TensorInfo &tensor) { return tensor.name == name; });
  return found == tensors.end() ? nullptr : &*found;
}

/// A target or input with a number for each of the head's, or, for a mask, one for each row.
llvm::Error checkTensor(const ModelInfo &info, const std::string &setting, llvm::StringRef name, const TensorInfo &head, bool isMask) {
  std::vector<TensorInfo> all = info.targets;
  all.insert(all.end(), info.inputs.begin(), info.inputs.end());
  const TensorInfo *tensor = tensorCalled(all, name);
  if (!tensor)
    return refuse("--auc {}: the model has no target or input '{}'{} (it has {})", setting, name.str(), didYouMean(name, namesOf(all)),
                  listNames(namesOf(all)));
  if (!tensor->dim.empty() && tensor->dim != head.dim)
    return refuse("--auc {}: '{}' has rows along '{}' and '{}' along '{}'; they must be the same", setting, head.name, head.dim, name.str(),
                  tensor->dim);
  std::optional<int64_t> numbers = numbersOfRow(*tensor), wanted = numbersOfRow(head);
  if (numbers == wanted || (isMask && numbers == 1))
    return llvm::Error::success();
  return refuse("--auc {}: '{}' has {} numbers for each row and '{}' has {}; they must have as many{}", setting, head.name, wanted.value_or(0),
                name.str(), numbers.value_or(0), isMask ? ", or a mask one" : "");
}

llvm::Expected<Ranking> parseRanking(const ModelInfo &info, const std::string &setting) {
  llvm::SmallVector<llvm::StringRef> names;
  llvm::StringRef(setting).split(names, ':');
  if (names.size() < 2 || names.size() > 3 || llvm::is_contained(names, ""))
    return refuse("--auc {}: write HEAD:TARGET, or HEAD:TARGET:MASK", setting);
  const TensorInfo *head = tensorCalled(info.heads, names[0]);
  if (!head)
    return refuse("--auc {}: the model has no head or output '{}'{} (it has {})", setting, names[0].str(),
                  didYouMean(names[0], namesOf(info.heads)), listNames(namesOf(info.heads)));
  if (!isFloat(elementOf(head->type)) || !numbersOfRow(*head))
    return refuse("--auc {}: '{}' has no floating-point numbers for each row that could rank them", setting, head->name);
  for (size_t i = 1; i < names.size(); ++i)
    if (auto error = checkTensor(info, setting, names[i], *head, i == 2))
      return std::move(error);
  return Ranking{head, names[1].str(), names.size() == 3 ? names[2].str() : ""};
}

double numberAt(Element type, const char *bytes, size_t index) {
  const char *place = bytes + index * byteSize(type);
  switch (type) {
  case Element::F32: return loadAs<float>(place);
  case Element::F64: return loadAs<double>(place);
  case Element::I32: return loadAs<int32_t>(place);
  case Element::I64: return double(loadAs<int64_t>(place));
  default: return *place != 0;
  }
}

const Array &arrayOf(const Dataset &data, llvm::StringRef name) { return data.find(name)->array; }

/// The head's numbers for all rows.
llvm::Expected<Array> headOf(Model &model, const Block &parameters, const Dataset &data, const TensorInfo &head, int64_t batch) {
  std::vector<int64_t> shape = head.shape;
  shape.front() = data.rowsOf(head.dim, 0, data.rows);
  auto room = makeArray(elementOf(head.type), shape);
  auto batcher = Batcher::create(data, 0);
  if (!room || !batcher)
    return llvm::joinErrors(room ? llvm::Error::success() : room.takeError(), batcher ? llvm::Error::success() : batcher.takeError());
  size_t rowBytes = size_t(*numbersOfRow(head)) * byteSize(room->array.type);
  for (int64_t first = 0, count; first < data.rows; first += count) {
    count = data.samplesThatFit(first, batch);
    auto rows = batcher->range(first, count);
    if (!rows)
      return rows.takeError();
    batcher->prepareRange(first + count, batch);
    char *place = room->bytes + size_t(data.rowsOf(head.dim, 0, first)) * rowBytes;
    if (auto error = model.forwardHead(head.name, parameters, **rows, place))
      return std::move(error);
  }
  return room->array;
}

} // namespace

llvm::Expected<std::vector<Ranking>> parseRankings(const ModelInfo &info, llvm::ArrayRef<std::string> settings) {
  std::vector<Ranking> rankings;
  for (const std::string &setting : settings) {
    auto ranking = parseRanking(info, setting);
    if (!ranking)
      return ranking.takeError();
    rankings.push_back(std::move(*ranking));
  }
  return rankings;
}

llvm::Expected<std::vector<RankFigure>> rankRows(Model &model, const Block &parameters, const Dataset &data, const Ranking &ranking,
                                                 int64_t batch) {
  auto head = headOf(model, parameters, data, *ranking.head, batch);
  if (!head)
    return head.takeError();
  const Array &target = arrayOf(data, ranking.target);
  const Array *mask = ranking.mask.empty() ? nullptr : &arrayOf(data, ranking.mask);
  if (!target.data || (mask && !mask->data))
    return refuse("--auc: '{}' are pictures, which are not compared with scores", target.data ? ranking.mask : ranking.target);
  size_t rows = size_t(head->rows()), width = size_t(*numbersOfRow(*ranking.head));
  size_t maskWidth = mask ? size_t(mask->elements()) / std::max<size_t>(1, rows) : 0;
  std::vector<RankFigure> figures;
  for (size_t place = 0; place < width; ++place) {
    RankFigure figure{ranking.head->name + (width == 1 ? "" : fmt::format(".{}", place))};
    std::vector<RankedRow> ranked;
    for (size_t row = 0; row < rows; ++row) {
      double label = numberAt(target.type, target.data.get(), row * width + place);
      bool counts = !mask || numberAt(mask->type, mask->data.get(), row * maskWidth + (maskWidth == 1 ? 0 : place)) != 0;
      if (counts && label >= 0) // not NaN
        ranked.push_back({numberAt(head->type, head->data.get(), row * width + place), label > 0.5});
    }
    figure.positives = size_t(llvm::count_if(ranked, [](const RankedRow &row) { return row.positive; }));
    figure.negatives = ranked.size() - figure.positives;
    figure.area = areaUnderRoc(std::move(ranked));
    figures.push_back(std::move(figure));
  }
  return figures;
}

} // namespace mimoc
