#include "mimoc/Training/Checkpoint.h"
#include "CheckpointFields.h"
#include "mimoc/Data/Names.h"

namespace mimoc {

namespace {

constexpr llvm::StringLiteral kOptimizerPrefix = "optimizer.", kAugment = "mimoc.augment.", kTransform = "mimoc.transform.";

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
  for (const auto &[name, text] : state.pictures.augment)
    fields[kAugment.str() + name] = text;
  for (const auto &[name, text] : state.pictures.transform)
    fields[kTransform.str() + name] = text;
  return fields;
}

PictureTexts pictureTexts(const std::map<std::string, std::string> &metadata) {
  PictureTexts texts;
  for (const auto &[key, text] : metadata) {
    llvm::StringRef name = key;
    if (name.consume_front(kAugment))
      texts.augment[name.str()] = text;
    else if (name.consume_front(kTransform))
      texts.transform[name.str()] = text;
  }
  return texts;
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
  state.pictures = pictureTexts(file.metadata);
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

// Copies one array per parameter from the file into a block. All that is missing is listed at once.
llvm::Error fillBlock(const ModelInfo &info, const Safetensors &file, const std::string &prefix, char *block) {
  std::vector<std::string> missing, names;
  for (const NamedArray &tensor : file.tensors)
    names.push_back(tensor.name);
  for (const ParameterInfo &parameter : info.parameters) {
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
  return refuse("lacks {} of the model's {} parameters: {}{} (it has {})", missing.size(), info.parameters.size(),
                listNames(missing), didYouMean(missing.front(), names), listNames(names));
}

void warnOfUnused(llvm::StringRef path, const ModelInfo &info, const Safetensors &file, const Warn &warn) {
  std::vector<std::string> known, unused;
  for (const ParameterInfo &parameter : info.parameters)
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

Safetensors checkpointOf(const ModelInfo &info, const TrainingState &state) {
  Safetensors file;
  file.metadata = metadataOf(info, state);
  file.tensors = blockTensors(info, state.parameters, "");
  for (size_t i = 0; i < info.stateNames.size(); ++i)
    for (NamedArray &tensor :
         blockTensors(info, state.optimizer, statePrefix(info.stateNames[i]), i * state.parameters.bytes))
      file.tensors.push_back(std::move(tensor));
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
  if (auto error = fillBlock(info, *file, "", parameters->data()))
    return at(path, std::move(error));
  for (size_t i = 0; i < info.stateNames.size(); ++i)
    if (auto error = fillBlock(info, *file, statePrefix(info.stateNames[i]), optimizer->data() + i * bytes))
      return at(path, std::move(error));
  state->parameters = std::move(*parameters);
  state->optimizer = std::move(*optimizer);
  return state;
}

llvm::Expected<PictureTexts> loadPictureTexts(llvm::StringRef path) {
  auto file = readSafetensors(path);
  if (!file)
    return file.takeError();
  return pictureTexts(file->metadata);
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
  if (auto error = fillBlock(info, *file, "", block->data()))
    return at(path, std::move(error));
  warnOfUnused(path, info, *file, warn);
  return block;
}

} // namespace mimoc
