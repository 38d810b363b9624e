#include "mimoc/Training/Checkpoint.h"
#include "CheckpointFields.h"
#include "mimoc/Data/Names.h"

#include <cmath>

namespace mimoc {

namespace {

constexpr llvm::StringLiteral kOptimizerPrefix = "optimizer.";

std::string statePrefix(llvm::StringRef state) { return (kOptimizerPrefix + state + ".").str(); }

std::string optionKey(const OptionInfo &option) {
  return option.kind == "coefficient" ? "coefficient." + option.name : option.name;
}

std::map<std::string, std::string> metadataOf(const ModelInfo &info, const TrainingState &state) {
  std::map<std::string, std::string> fields{
      {"format", "pt"}, // what loaders of PyTorch files look for
      {"mimoc.version", std::to_string(kCheckpointVersion)},
      {"mimoc.compiler", info.compilerVersion},
      {"mimoc.model", info.name},
      {"mimoc.precision", numpyName(elementOf(info.precision)).str()},
      {"mimoc.optimizer", info.optimizer},
      {"mimoc.layout", "parameters as in PyTorch; optimizer.<state>.<parameter> alike"},
      {"mimoc.step", std::to_string(state.options.step)},
      {"mimoc.seed", std::to_string(state.options.seed)},
      {"mimoc.epoch", std::to_string(state.epoch)},
      {"mimoc.position", std::to_string(state.position)},
      {"mimoc.loss_sums", fmt::format("{}", fmt::join(state.lossSums, " "))},
      {"mimoc.best", fmt::format("{}", state.bestFigure)},
      {"mimoc.best_epoch", std::to_string(state.bestEpoch)},
      {"mimoc.batch", std::to_string(state.batch)},
      {"mimoc.shuffle", state.shuffle ? "1" : "0"},
      {"mimoc.validation", fmt::format("{}", state.validation)},
      {"mimoc.data", std::to_string(state.dataFingerprint)}};
  for (size_t i = 0; i < info.options.size(); ++i)
    fields["mimoc." + optionKey(info.options[i])] = fmt::format("{}", state.options.values[i]);
  return fields;
}

llvm::Error checkVersion(CheckpointFields &fields) {
  int version = fields.number<int>("version");
  if (auto error = fields.takeError())
    return refuse("is no checkpoint of mimo train ({}); --load takes its parameters", llvm::toString(std::move(error)));
  if (version < 1 || version > kCheckpointVersion)
    return refuse("has checkpoint version {} and this program reads up to {}", version, kCheckpointVersion);
  return llvm::Error::success();
}

llvm::Expected<TrainingState> readFields(const ModelInfo &info, const Safetensors &file) {
  CheckpointFields fields(file.metadata);
  if (auto error = checkVersion(fields))
    return std::move(error);
  // A damaged key must not switch the checksum off.
  if (!file.metadata.count(kChecksumKey.str()))
    return refuse("has no checksum; --load takes its parameters without the state of the run");
  TrainingState state;
  state.options.step = fields.number<uint64_t>("step");
  state.options.seed = fields.number<uint64_t>("seed");
  state.epoch = fields.number<uint64_t>("epoch");
  state.position = fields.number<uint64_t>("position");
  state.lossSums = fields.numbers<double>("loss_sums");
  state.bestFigure = fields.number<double>("best");
  state.bestEpoch = fields.number<uint64_t>("best_epoch");
  state.batch = fields.number<int64_t>("batch");
  state.shuffle = fields.number<int>("shuffle") != 0;
  state.validation = fields.number<double>("validation");
  state.dataFingerprint = fields.number<uint64_t>("data");
  for (size_t i = 0; i < info.options.size(); ++i)
    state.options.values.push_back(fields.number<double>(optionKey(info.options[i])));
  std::string precision = fields.text("precision"), optimizer = fields.text("optimizer");
  if (auto error = fields.takeError())
    return std::move(error);
  if (precision != numpyName(elementOf(info.precision)))
    return refuse("was trained in {} and the model is compiled for {}; use the same --precision, or --load", precision,
                  numpyName(elementOf(info.precision)).str());
  if (optimizer != info.optimizer)
    return refuse("was trained with {} and the model's optimizer is {}; --load takes the parameters only", optimizer,
                  info.optimizer);
  if (state.lossSums.size() != info.losses.size())
    return refuse("has sums of {} losses and the model has {}", state.lossSums.size(), info.losses.size());
  return state;
}

// Whether a state holds something for the buffers, too: the moments do not.
bool hasBuffers(const ModelInfo &info, size_t state) { return info.average && state == 0; }

// Copies one array per parameter, and per buffer if wanted, from the file into a block. All that is missing is listed at once.
llvm::Error fillBlock(const ModelInfo &info, const Safetensors &file, const std::string &prefix, bool withBuffers, char *block) {
  std::vector<ParameterInfo> wanted = info.parameters;
  if (withBuffers)
    wanted.insert(wanted.end(), info.buffers.begin(), info.buffers.end());
  std::vector<std::string> missing, names;
  for (const NamedArray &tensor : file.tensors)
    names.push_back(tensor.name);
  for (const ParameterInfo &parameter : wanted) {
    const Array *array = file.find(prefix + parameter.name);
    if (!array) {
      missing.push_back(prefix + parameter.name);
      continue;
    }
    if (array->shape != parameter.shape)
      return refuse("'{}' has the shape {} and the model's parameter has {}", prefix + parameter.name,
                    shapeText(array->shape), shapeText(parameter.shape));
    auto values = convert(*array, elementOf(info.precision));
    if (!values)
      return at(fmt::format("'{}'", prefix + parameter.name), values.takeError());
    std::memcpy(block + parameter.offset * byteSize(info.precision), values->data.get(), values->bytes());
  }
  if (missing.empty())
    return llvm::Error::success();
  return refuse("lacks {} of the model's {} parameters{}: {}{} (it has {})", missing.size(), wanted.size(),
                wanted.size() > info.parameters.size() ? " and buffers" : "",
                listNames(missing), didYouMean(missing.front(), names), listNames(names));
}

void warnOfUnused(llvm::StringRef path, const ModelInfo &info, const Safetensors &file, const Warn &warn) {
  std::vector<std::string> known, unused;
  for (const auto *list : {&info.parameters, &info.buffers})
    for (const ParameterInfo &parameter : *list)
      known.push_back(parameter.name);
  for (const NamedArray &tensor : file.tensors)
    if (!llvm::is_contained(known, tensor.name) && !llvm::StringRef(tensor.name).starts_with(kOptimizerPrefix))
      unused.push_back(tensor.name);
  if (!unused.empty())
    warn(fmt::format("{}: {} tensors are not used, as the model has no such parameters: {}", path.str(), unused.size(),
                     listNames(unused)));
}

} // namespace

std::vector<NamedArray> blockTensors(const ModelInfo &info, const Block &block, llvm::StringRef prefix,
                                     size_t firstByte) {
  std::vector<NamedArray> tensors;
  Element type = elementOf(info.precision);
  for (const ParameterInfo &parameter : info.parameters) {
    const char *place = block.data() + firstByte + size_t(parameter.offset) * byteSize(type);
    tensors.push_back({prefix.str() + parameter.name,
                       {type, parameter.shape, std::shared_ptr<const char>(block.memory, place)}});
  }
  return tensors;
}

// Rounded: whatever a user made of the gradient block's sums, a count is whole.
static Array wholeNumbers(const ModelInfo &info, const char *place, const ParameterInfo &buffer) {
  Element type = elementOf(info.precision);
  std::shared_ptr<char> bytes(new char[size_t(buffer.elements) * sizeof(int64_t)], std::default_delete<char[]>());
  for (int64_t i = 0; i < buffer.elements; ++i) {
    double value = type == Element::F64 ? loadAs<double>(place + 8 * i) : double(loadAs<float>(place + 4 * i));
    int64_t whole = std::abs(value) < 0x1p62 ? std::llround(value) : 0;
    std::memcpy(bytes.get() + i * sizeof(int64_t), &whole, sizeof(int64_t));
  }
  return {Element::I64, buffer.shape, std::move(bytes)};
}

std::vector<NamedArray> bufferTensors(const ModelInfo &info, const Block &block, llvm::StringRef prefix, size_t firstByte) {
  std::vector<NamedArray> tensors;
  Element type = elementOf(info.precision);
  for (const ParameterInfo &buffer : info.buffers) {
    const char *place = block.data() + firstByte + size_t(buffer.offset) * byteSize(type);
    Array array = buffer.whole ? wholeNumbers(info, place, buffer) : Array{type, buffer.shape, std::shared_ptr<const char>(block.memory, place)};
    tensors.push_back({prefix.str() + buffer.name, std::move(array)});
  }
  return tensors;
}

static void append(std::vector<NamedArray> &tensors, std::vector<NamedArray> more) {
  std::move(more.begin(), more.end(), std::back_inserter(tensors));
}

Safetensors checkpointOf(const ModelInfo &info, const TrainingState &state) {
  Safetensors file;
  file.metadata = metadataOf(info, state);
  file.tensors = blockTensors(info, state.parameters, "");
  append(file.tensors, bufferTensors(info, state.parameters, ""));
  for (size_t i = 0; i < info.stateNames.size(); ++i) {
    std::string prefix = statePrefix(info.stateNames[i]);
    append(file.tensors, blockTensors(info, state.optimizer, prefix, i * state.parameters.bytes));
    if (hasBuffers(info, i))
      append(file.tensors, bufferTensors(info, state.optimizer, prefix, i * state.parameters.bytes));
  }
  return file;
}

llvm::Expected<TrainingState> loadCheckpoint(llvm::StringRef path, const ModelInfo &info) {
  auto file = readSafetensors(path);
  if (!file)
    return file.takeError();
  auto state = readFields(info, *file);
  if (!state)
    return at(path, state.takeError());
  size_t bytes = size_t(info.parameterElements * byteSize(info.precision));
  auto parameters = Block::zeroed(bytes), optimizer = Block::zeroed(bytes * info.stateNames.size());
  if (!parameters || !optimizer)
    return llvm::joinErrors(parameters.takeError(), optimizer.takeError());
  if (auto error = fillBlock(info, *file, "", /*withBuffers=*/true, parameters->data()))
    return at(path, std::move(error));
  for (size_t i = 0; i < info.stateNames.size(); ++i)
    if (auto error = fillBlock(info, *file, statePrefix(info.stateNames[i]), hasBuffers(info, i), optimizer->data() + i * bytes))
      return at(path, std::move(error));
  state->parameters = std::move(*parameters);
  state->optimizer = std::move(*optimizer);
  return state;
}

llvm::Expected<Block> loadAverage(llvm::StringRef path, const ModelInfo &info) {
  auto state = loadCheckpoint(path, info);
  if (!state)
    return state.takeError();
  if (state->options.step == 0)
    return at(path, refuse("no step has been made, so there is no average yet"));
  auto block = Block::zeroed(state->parameters.bytes);
  if (block)
    std::memcpy(block->data(), state->optimizer.data(), block->bytes); // the first of the states
  return block;
}

llvm::Expected<Block> loadParameters(llvm::StringRef path, const ModelInfo &info, const Warn &warn) {
  auto file = readSafetensors(path);
  if (!file)
    return file.takeError();
  auto block = Block::zeroed(size_t(info.parameterElements * byteSize(info.precision)));
  if (!block)
    return block.takeError();
  if (auto error = fillBlock(info, *file, "", /*withBuffers=*/true, block->data()))
    return at(path, std::move(error));
  warnOfUnused(path, info, *file, warn);
  return block;
}

} // namespace mimoc
