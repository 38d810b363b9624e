#include "mimoc/Training/Checkpoint.h"
#include "CheckpointFields.h"
#include "mimoc/Data/Names.h"

#include <cmath>

namespace mimoc {

namespace {

constexpr llvm::StringLiteral kOptimizerPrefix = "optimizer.", kPhaseKey = "mimoc.phase", kAugment = "mimoc.augment.",
                              kTransform = "mimoc.transform.";

std::string phaseIn(const Safetensors &file) {
  auto phase = file.metadata.find(kPhaseKey.str());
  return phase == file.metadata.end() ? "" : phase->second;
}

std::string statePrefix(llvm::StringRef state) { return (kOptimizerPrefix + state + ".").str(); }

std::string optionKey(const OptionInfo &option) {
  return option.kind == "coefficient" ? "coefficient." + option.name : option.name;
}

/// Where a parameter lies in a block, in elements.
struct Piece {
  const ParameterInfo *parameter;
  int64_t offset;
};

std::vector<Piece> piecesOf(const ModelInfo &info) {
  std::vector<Piece> pieces;
  for (const auto *list : {&info.parameters, &info.buffers})
    for (const ParameterInfo &parameter : *list)
      pieces.push_back({&parameter, parameter.offset});
  return pieces;
}

std::vector<Piece> trainedPieces(const ModelInfo &info, const PhaseInfo &phase, int64_t first) {
  std::vector<Piece> pieces;
  for (const TrainedInfo &trained : phase.trained)
    pieces.push_back({&info.parameters[size_t(trained.parameter)], first + trained.offset});
  return pieces;
}

std::vector<Piece> statePieces(const ModelInfo &info, const PhaseInfo &phase, size_t state) {
  return isWholeBlock(phase, state) ? piecesOf(info) : trainedPieces(info, phase, stateOffset(info, phase, state));
}

std::map<std::string, std::string> metadataOf(const ModelInfo &info, const PhaseInfo &phase, const TrainingState &state) {
  std::map<std::string, std::string> fields{
      {"format", "pt"}, // what loaders of PyTorch files look for
      {"mimoc.version", std::to_string(kCheckpointVersion)},
      {"mimoc.compiler", info.compilerVersion},
      {"mimoc.model", info.name},
      {"mimoc.precision", numpyName(elementOf(info.precision)).str()},
      {"mimoc.optimizer", phase.optimizer},
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
  if (!phase.name.empty())
    fields[kPhaseKey.str()] = phase.name;
  for (size_t i = 0; i < phase.options.size(); ++i)
    fields["mimoc." + optionKey(phase.options[i])] = fmt::format("{}", state.options.values[i]);
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

std::string phaseText(const std::string &name) { return name.empty() ? "no train block" : "the train block '" + name + "'"; }

llvm::Error checkVersion(CheckpointFields &fields) {
  int version = fields.number<int>("version");
  if (auto error = fields.takeError())
    return refuse("is no checkpoint of mimo train ({}); --load takes its parameters", llvm::toString(std::move(error)));
  if (version < 1 || version > kCheckpointVersion)
    return refuse("has checkpoint version {} and this program reads up to {}", version, kCheckpointVersion);
  return llvm::Error::success();
}

llvm::Expected<TrainingState> readFields(const ModelInfo &info, const PhaseInfo &phase, const Safetensors &file) {
  CheckpointFields fields(file.metadata);
  if (auto error = checkVersion(fields))
    return std::move(error);
  // A damaged key must not switch the checksum off.
  if (!file.metadata.count(kChecksumKey.str()))
    return refuse("has no checksum; --load takes its parameters without the state of the run");
  if (phaseIn(file) != phase.name)
    return refuse("is of {} and this run is of {}; --load takes its parameters", phaseText(phaseIn(file)), phaseText(phase.name));
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
  for (const OptionInfo &option : phase.options)
    state.options.values.push_back(fields.number<double>(optionKey(option)));
  state.pictures = pictureTexts(file.metadata);
  std::string precision = fields.text("precision"), optimizer = fields.text("optimizer");
  if (auto error = fields.takeError())
    return std::move(error);
  if (precision != numpyName(elementOf(info.precision)))
    return refuse("was trained in {} and the model is compiled for {}; use the same --precision, or --load", precision,
                  numpyName(elementOf(info.precision)).str());
  if (optimizer != phase.optimizer)
    return refuse("was trained with {} and the model's optimizer is {}; --load takes the parameters only", optimizer,
                  phase.optimizer);
  if (state.lossSums.size() != info.losses.size())
    return refuse("has sums of {} losses and the model has {}", state.lossSums.size(), info.losses.size());
  return state;
}

// Copies one array for each piece from the file into a block. All that is missing is listed at once.
llvm::Error fillBlock(const ModelInfo &info, llvm::ArrayRef<Piece> pieces, const Safetensors &file, const std::string &prefix, char *block) {
  std::vector<std::string> missing, names;
  for (const NamedArray &tensor : file.tensors)
    names.push_back(tensor.name);
  for (const auto &[place, offset] : pieces) {
    const ParameterInfo &parameter = *place;
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
    std::memcpy(block + offset * byteSize(info.precision), values->data.get(), values->bytes());
  }
  if (missing.empty())
    return llvm::Error::success();
  return refuse("lacks {} of the model's {} parameters{}: {}{} (it has {})", missing.size(), pieces.size(),
                pieces.size() > info.parameters.size() ? " and buffers" : "",
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

// Rounded: whatever a user made of the gradient block's sums, a count is whole.
static Array wholeNumbers(Element type, const char *place, const ParameterInfo &buffer) {
  std::shared_ptr<char> bytes(new char[size_t(buffer.elements) * sizeof(int64_t)], std::default_delete<char[]>());
  for (int64_t i = 0; i < buffer.elements; ++i) {
    double value = type == Element::F64 ? loadAs<double>(place + 8 * i) : double(loadAs<float>(place + 4 * i));
    int64_t whole = std::abs(value) < 0x1p62 ? std::llround(value) : 0;
    std::memcpy(bytes.get() + i * sizeof(int64_t), &whole, sizeof(int64_t));
  }
  return {Element::I64, buffer.shape, std::move(bytes)};
}

static std::vector<NamedArray> tensorsOf(const ModelInfo &info, llvm::ArrayRef<Piece> pieces, const Block &block, llvm::StringRef prefix) {
  std::vector<NamedArray> tensors;
  Element type = elementOf(info.precision);
  for (const auto &[parameter, offset] : pieces) {
    const char *place = block.data() + size_t(offset) * byteSize(type);
    Array array = parameter->whole ? wholeNumbers(type, place, *parameter)
                                   : Array{type, parameter->shape, std::shared_ptr<const char>(block.memory, place)};
    tensors.push_back({prefix.str() + parameter->name, std::move(array)});
  }
  return tensors;
}

std::vector<NamedArray> blockTensors(const ModelInfo &info, const Block &block, llvm::StringRef prefix) {
  return tensorsOf(info, piecesOf(info), block, prefix);
}

std::vector<NamedArray> trainedTensors(const ModelInfo &info, const PhaseInfo &phase, const Block &block, llvm::StringRef prefix) {
  return tensorsOf(info, trainedPieces(info, phase, 0), block, prefix);
}

Safetensors checkpointOf(const ModelInfo &info, const PhaseInfo &phase, const TrainingState &state) {
  Safetensors file;
  file.metadata = metadataOf(info, phase, state);
  file.tensors = blockTensors(info, state.parameters, "");
  for (size_t i = 0; i < phase.stateNames.size(); ++i)
    for (NamedArray &tensor : tensorsOf(info, statePieces(info, phase, i), state.optimizer, statePrefix(phase.stateNames[i])))
      file.tensors.push_back(std::move(tensor));
  return file;
}

llvm::Expected<std::string> phaseOfCheckpoint(llvm::StringRef path) {
  auto file = readSafetensors(path);
  return file ? llvm::Expected<std::string>(phaseIn(*file)) : file.takeError();
}

llvm::Expected<TrainingState> loadCheckpoint(llvm::StringRef path, const ModelInfo &info, const PhaseInfo &phase) {
  auto file = readSafetensors(path);
  if (!file)
    return file.takeError();
  auto state = readFields(info, phase, *file);
  if (!state)
    return at(path, state.takeError());
  auto parameters = Block::zeroed(size_t(info.parameterElements * byteSize(info.precision)));
  auto optimizer = Block::zeroed(size_t(stateElements(info, phase) * byteSize(info.precision)));
  if (!parameters || !optimizer)
    return llvm::joinErrors(parameters.takeError(), optimizer.takeError());
  if (auto error = fillBlock(info, piecesOf(info), *file, "", parameters->data()))
    return at(path, std::move(error));
  for (size_t i = 0; i < phase.stateNames.size(); ++i)
    if (auto error = fillBlock(info, statePieces(info, phase, i), *file, statePrefix(phase.stateNames[i]), optimizer->data()))
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

llvm::Expected<Block> loadAverage(llvm::StringRef path, const ModelInfo &info, const PhaseInfo &phase) {
  auto state = loadCheckpoint(path, info, phase);
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
  if (auto error = fillBlock(info, piecesOf(info), *file, "", block->data()))
    return at(path, std::move(error));
  warnOfUnused(path, info, *file, warn);
  return block;
}

} // namespace mimoc
