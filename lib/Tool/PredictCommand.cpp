#include "Progress.h"
#include "Session.h"
#include "mimoc/Data/File.h"
#include "mimoc/Data/Names.h"
#include "mimoc/Data/Npy.h"
#include "mimoc/Data/Npz.h"
#include "mimoc/Data/Refuse.h"

namespace mimoc {

namespace {

/// One head's values for all rows.
struct Prediction {
  const TensorInfo *head;
  Array array;
  char *bytes;

  size_t numbersOfRow() const { return size_t(*elementCount(llvm::ArrayRef(array.shape).drop_front())); }
  /// Where the rows of the samples from `first` on begin.
  char *place(const Dataset &data, int64_t first) const {
    return bytes + size_t(data.rowsOf(head->dim, 0, first)) * numbersOfRow() * byteSize(array.type);
  }
};

const EntryInfo *findEntry(const ModelInfo &info, llvm::StringRef name) {
  for (const EntryInfo &entry : info.entries)
    if (entry.kind == "forward_entry" && entry.name == name)
      return &entry;
  return nullptr;
}

llvm::Expected<std::vector<std::string>> headsOfEntry(const ModelInfo &info, const std::string &name) {
  if (const EntryInfo *entry = findEntry(info, name))
    return entry->heads;
  std::vector<std::string> names;
  for (const EntryInfo &entry : info.entries)
    if (entry.kind == "forward_entry")
      names.push_back(entry.name);
  return refuse("--entry {0}: the model has no entry '{0}'{1} ({2})", name, didYouMean(name, names),
                names.empty() ? "it has none" : "it has " + listNames(names));
}

llvm::Expected<std::vector<const TensorInfo *>> chosenHeads(const ModelInfo &info, llvm::ArrayRef<std::string> names) {
  std::vector<const TensorInfo *> heads;
  for (const TensorInfo &head : info.heads)
    if (names.empty() || llvm::is_contained(names, head.name))
      heads.push_back(&head);
  for (const std::string &name : names)
    if (!llvm::is_contained(namesOf(info.heads), name))
      return refuse("--head {0}: the model has no head or output '{0}'{1} (it has {2})", name,
                    didYouMean(name, namesOf(info.heads)), listNames(namesOf(info.heads)));
  return heads;
}

bool hasRows(const TensorInfo &head) { return !head.shape.empty() && head.shape.front() == kRunTimeSize; }

/// Where nobody asked for them, outputs of the whole batch are left out, unless there is nothing else.
void leaveOutWithoutRows(std::vector<const TensorInfo *> &heads, const Console &console) {
  if (llvm::none_of(heads, [](const TensorInfo *head) { return hasRows(*head); }))
    return;
  for (const TensorInfo *head : heads)
    if (!hasRows(*head))
      console.warn(fmt::format("'{}' has no batch dimension in front and is left out", head->name));
  llvm::erase_if(heads, [](const TensorInfo *head) { return !hasRows(*head); });
}

llvm::Expected<Prediction> makeRoom(const TensorInfo &head, const Dataset &data) {
  std::vector<int64_t> shape = head.shape;
  if (!hasRows(head))
    return refuse("'{}' has no batch dimension in front, so there is nothing to predict for each row", head.name);
  shape.front() = data.rowsOf(head.dim, 0, data.rows);
  auto fresh = makeArray(elementOf(head.type), shape);
  if (!fresh)
    return at("'" + head.name + "'", fresh.takeError());
  return Prediction{&head, std::move(fresh->array), fresh->bytes};
}

// All heads in one call, those of an entry, or each of a choice with the function that computes it alone.
llvm::Error predictRows(Model &model, const Block &parameters, const Batch &batch, const Dataset &data, int64_t first, llvm::StringRef entry,
                        llvm::MutableArrayRef<Prediction> predictions) {
  auto place = [&](Prediction &prediction) { return prediction.place(data, first); };
  if (predictions.size() == model.info().heads.size()) {
    std::vector<void *> heads;
    for (Prediction &prediction : predictions)
      heads.push_back(place(prediction));
    return model.forward(parameters, batch, heads);
  }
  if (!entry.empty()) {
    std::vector<void *> heads(model.info().heads.size(), nullptr);
    for (Prediction &prediction : predictions)
      heads[size_t(prediction.head - model.info().heads.data())] = place(prediction);
    return model.forwardEntry(entry, parameters, batch, heads);
  }
  for (Prediction &prediction : predictions)
    if (auto error = model.forwardHead(prediction.head->name, parameters, batch, place(prediction)))
      return error;
  return llvm::Error::success();
}

std::string cell(const Array &array, size_t index) {
  const char *place = array.data.get() + index * byteSize(array.type);
  switch (array.type) {
  case Element::F32: return fmt::format("{}", loadAs<float>(place));
  case Element::F64: return fmt::format("{}", loadAs<double>(place));
  case Element::I32: return fmt::format("{}", loadAs<int32_t>(place));
  case Element::I64: return fmt::format("{}", loadAs<int64_t>(place));
  default: return *place ? "1" : "0";
  }
}

// Quoted where a comma, a quote or a line end stands in it.
std::string csvCell(llvm::StringRef text) {
  if (text.find_first_of(",\"\r\n") == llvm::StringRef::npos)
    return text.str();
  std::string quoted = "\"";
  for (char c : text)
    quoted += c == '"' ? "\"\"" : std::string(1, c);
  return quoted + "\"";
}

// `score` for one value a row, else `classifier.0`, `classifier.1`, ... in C order.
// Names of pictures stand in front, in columns of the inputs' names.
std::string csvText(llvm::ArrayRef<Prediction> predictions, const Dataset &data) {
  std::string text;
  std::vector<const Column *> named;
  bool ofSamples = predictions.front().head->hasBatch();
  for (const Column &column : data.inputs)
    if (ofSamples && column.pictures && !column.pictures->names.empty())
      named.push_back(&column);
  for (const Column *column : named)
    text += (text.empty() ? "" : ",") + column->name;
  int64_t rows = predictions.front().array.rows();
  for (const Prediction &prediction : predictions)
    for (size_t i = 0, count = prediction.numbersOfRow(); i < count; ++i)
      text += (text.empty() ? "" : ",") + prediction.head->name + (count == 1 ? "" : fmt::format(".{}", i));
  for (size_t row = 0; row < size_t(rows); ++row) {
    text += "\n";
    bool first = named.empty();
    for (const Column *column : named)
      text += (column == named.front() ? "" : ",") + csvCell(column->pictures->names[row]);
    for (const Prediction &prediction : predictions)
      for (size_t i = 0, count = prediction.numbersOfRow(); i < count; ++i, first = false)
        text += (first ? "" : ",") + cell(prediction.array, row * count + i);
  }
  return text + "\n";
}

llvm::Error checkOutput(llvm::StringRef path, llvm::ArrayRef<const TensorInfo *> heads) {
  if (!path.ends_with(".npz") && !path.ends_with(".csv") && !path.ends_with(".npy"))
    return refuse("-o {}: the name must end in .npz, .csv or .npy", path.str());
  if (path.ends_with(".npy") && heads.size() != 1)
    return refuse("-o {}: a .npy file holds one head and {} are asked for; use .npz, or choose one with --head",
                  path.str(), heads.size());
  for (const TensorInfo *head : heads)
    if (path.ends_with(".csv") && head->dim != heads.front()->dim)
      return refuse("-o {}: '{}' has rows along '{}' and '{}' along '{}', which one table cannot hold; use .npz, or choose with --head", path.str(),
                    heads.front()->name, heads.front()->dim, head->name, head->dim);
  return llvm::Error::success();
}

/// Of several samples, where the rows of each begin: `nodes.offsets`, as in the data.
llvm::Error addOffsets(llvm::ArrayRef<Prediction> predictions, const Dataset &data, std::vector<std::pair<std::string, Array>> &members) {
  for (const DatasetDim &dim : data.dims) {
    if (data.rows == 1 || llvm::none_of(predictions, [&](const Prediction &prediction) { return prediction.head->dim == dim.name; }))
      continue;
    auto offsets = makeArray(Element::I64, {int64_t(dim.offsets.size())});
    if (!offsets)
      return offsets.takeError();
    std::memcpy(offsets->bytes, dim.offsets.data(), offsets->array.bytes());
    members.emplace_back(dim.name + ".offsets", std::move(offsets->array));
  }
  return llvm::Error::success();
}

llvm::Error writePredictions(llvm::StringRef path, llvm::ArrayRef<Prediction> predictions, const Dataset &data) {
  if (path.ends_with(".csv"))
    return writeFileAtomically(path, csvText(predictions, data));
  if (path.ends_with(".npy"))
    return writeFileAtomically(path, npyHeader(predictions[0].array) + predictions[0].array.raw().str());
  std::vector<std::pair<std::string, Array>> members;
  for (const Prediction &prediction : predictions)
    members.emplace_back(prediction.head->name, prediction.array);
  if (auto error = addOffsets(predictions, data, members))
    return error;
  auto bytes = npzBytes(members);
  return bytes ? writeFileAtomically(path, *bytes) : at(path, bytes.takeError());
}

llvm::Expected<std::vector<Prediction>> predictAll(Model &model, const Block &parameters, const Dataset &data,
                                                   llvm::ArrayRef<const TensorInfo *> heads,
                                                   const PredictOptions &options, const Console &console) {
  int64_t batch = options.batch;
  std::vector<Prediction> predictions;
  for (const TensorInfo *head : heads) {
    auto room = makeRoom(*head, data);
    if (!room)
      return room.takeError();
    predictions.push_back(std::move(*room));
  }
  auto batcher = Batcher::create(data, 0);
  if (!batcher)
    return batcher.takeError();
  LiveLine line(console.err);
  for (int64_t first = 0, count; first < data.rows; first += count) {
    count = data.samplesThatFit(first, batch);
    auto rows = batcher->range(first, count);
    if (!rows)
      return rows.takeError();
    batcher->prepareRange(first + count, batch);
    if (auto error = predictRows(model, parameters, **rows, data, first, options.entry, predictions))
      return std::move(error);
    line.show(fmt::format("{} of {} rows", withThousands(uint64_t(first + (*rows)->rows)),
                          withThousands(uint64_t(data.rows))));
  }
  line.clear();
  return predictions;
}

} // namespace

llvm::Expected<int> predictCommand(const PredictOptions &options, const Console &console) {
  auto model = openModel(options.model);
  if (!model)
    return model.takeError();
  if (auto error = choosePhase(*model, options.model.phase, options.checkpoint))
    return std::move(error);
  auto chosen = options.entry.empty() ? llvm::Expected<std::vector<std::string>>(options.heads)
                                     : headsOfEntry(model->info(), options.entry);
  if (!chosen)
    return chosen.takeError();
  auto heads = chosenHeads(model->info(), *chosen);
  if (!heads)
    return heads.takeError();
  if (chosen->empty())
    leaveOutWithoutRows(*heads, console);
  if (auto error = requireNewFile(options.output, options.model, options.checkpoint, options.data))
    return std::move(error);
  if (auto error = checkOutput(options.output, *heads))
    return std::move(error);
  auto pictures = pictureRules(options.pictures, options.checkpoint, console);
  if (!pictures)
    return pictures.takeError();
  auto data = loadDataset(options.data, model->info(), Needs::Inputs, *pictures,
                          [&](const std::string &text) { console.warn(text); });
  if (!data)
    return data.takeError();
  auto parameters = options.averaged ? averageOf(*model, options.checkpoint)
                                     : parametersOf(*model, options.checkpoint, model->info().seed, console);
  if (!parameters)
    return parameters.takeError();
  auto predictions = predictAll(*model, *parameters, *data, *heads, options, console);
  if (!predictions)
    return predictions.takeError();
  if (auto error = writePredictions(options.output, *predictions, *data))
    return std::move(error);
  std::vector<std::string> names;
  for (const TensorInfo *head : *heads)
    names.push_back(head->name);
  console.out << fmt::format("{}: {} for {} rows\n", options.output, fmt::join(names, ", "),
                             withThousands(uint64_t(data->rows)));
  return 0;
}

} // namespace mimoc
