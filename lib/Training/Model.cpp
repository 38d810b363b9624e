#include "mimoc/Training/Model.h"
#include "ModelLibrary.h"
#include "mimoc/Data/Names.h"
#include "mimoc/Data/Refuse.h"

#include <cstring>

namespace mimoc {

Element elementOf(DType type) {
  switch (type) {
  case DType::F32: return Element::F32;
  case DType::F64: return Element::F64;
  case DType::I32: return Element::I32;
  case DType::I64: return Element::I64;
  case DType::I1: return Element::Bool;
  }
  return Element::F32;
}

RunOptions RunOptions::defaultsOf(const PhaseInfo &phase) {
  RunOptions options;
  for (const OptionInfo &option : phase.options)
    options.values.push_back(option.value);
  options.seed = phase.seed;
  return options;
}

std::vector<uint64_t> RunOptions::packed() const {
  std::vector<uint64_t> words;
  for (double value : values)
    std::memcpy(&words.emplace_back(), &value, sizeof value);
  words.insert(words.end(), {seed, step, uint64_t(random)});
  return words;
}

llvm::Expected<Block> Block::zeroed(size_t bytes) {
  Block block{allocateBytes(bytes), bytes};
  if (!block.memory)
    return refuse("not enough memory for a block of {} bytes", bytes);
  std::memset(block.data(), 0, bytes);
  return block;
}

llvm::Expected<Block> Block::copy() const {
  Block block{allocateBytes(bytes), bytes};
  if (!block.memory)
    return refuse("not enough memory for a block of {} bytes", bytes);
  std::memcpy(block.data(), data(), bytes);
  return block;
}

struct Model::Impl {
  std::string path;
  ModelLibrary library;
  mimoc_context context{};
  std::shared_ptr<char> workspace;
  uint64_t workspaceBytes = 0;
  bool initialised = false;
  size_t phase = 0; ///< place in ModelInfo::phases

  ~Impl() {
    if (initialised)
      library.functions.contextDestroy(&context);
  }

  llvm::Error reserve(int64_t purpose, int64_t rows);
  llvm::Error check(mimoc_status status);
  llvm::Error lacks(llvm::StringRef function) {
    return refuse("{}: the model has no {}", path, function.str());
  }
};

// The workspace only grows, and there is one for all calls.
llvm::Error Model::Impl::reserve(int64_t purpose, int64_t rows) {
  uint64_t needed = library.functions.workspaceBytes(purpose, rows);
  if (needed <= workspaceBytes && workspace)
    return llvm::Error::success();
  workspace.reset();
  workspace = allocateBytes(needed);
  workspaceBytes = workspace ? needed : 0;
  if (!workspace)
    return refuse("not enough memory: a batch of {} rows needs a workspace of {} bytes; use a smaller --batch", rows,
                  needed);
  return llvm::Error::success();
}

llvm::Error Model::Impl::check(mimoc_status status) {
  if (status == MIMOC_OK)
    return llvm::Error::success();
  llvm::StringRef message = library.functions.message(&context);
  if (!message.empty())
    return refuse("{}", message.str());
  return refuse("the model refused a call: {}", library.functions.statusText(status));
}

Model::Model(std::unique_ptr<Impl> impl) : impl(std::move(impl)) {}
Model::Model(Model &&) noexcept = default;
Model::~Model() = default;

llvm::Expected<Model> Model::open(llvm::StringRef path, const CompileChoices &choices) {
  auto library = ModelLibrary::open(path, choices);
  if (!library)
    return library.takeError();
  auto impl = std::make_unique<Impl>();
  impl->path = path.str();
  impl->library = std::move(*library);
  mimoc_context_options options{};
  mimoc_status status = impl->library.functions.contextInit(&impl->context, &options);
  if (auto error = impl->check(status))
    return at(path, std::move(error));
  impl->initialised = true;
  return Model(std::move(impl));
}

const ModelInfo &Model::info() const { return impl->library.info; }
const std::string &Model::json() const { return impl->library.json; }
const std::string &Model::path() const { return impl->path; }

const PhaseInfo &Model::phase() const { return info().phases[impl->phase]; }

llvm::Error Model::usePhase(llvm::StringRef name) {
  std::vector<std::string> names;
  for (const PhaseInfo &phase : info().phases)
    if (!phase.name.empty())
      names.push_back(phase.name);
  if (name.empty() && names.size() > 1)
    return refuse("{}: has several train blocks ({}); choose one with --phase", path(), listNames(names));
  if (name.empty()) {
    impl->phase = names.size();
    return llvm::Error::success();
  }
  auto found = llvm::find(names, name);
  if (found == names.end())
    return refuse("--phase {0}: the model has no train block '{0}'{1} ({2})", name.str(), didYouMean(name, names),
                  names.empty() ? "it has none" : "it has " + listNames(names));
  impl->phase = size_t(found - names.begin()) + 1;
  return llvm::Error::success();
}

size_t Model::parameterBytes() const { return size_t(info().parameterElements * byteSize(info().precision)); }
size_t Model::gradientBytes() const { return size_t(phase().gradientElements * byteSize(info().precision)); }
size_t Model::stateBytes() const { return size_t(stateElements(info(), phase()) * byteSize(info().precision)); }
size_t Model::figureCount() const { return info().losses.size() + info().metrics.size(); }
bool Model::canTrain() const { return impl->library.findEntry("step", phase().name) != nullptr; }

uint64_t Model::workspaceBytes(int64_t purpose, int64_t rows) const {
  return impl->library.functions.workspaceBytes(purpose, rows);
}

llvm::Expected<Block> Model::initialParameters(uint64_t seed) {
  auto block = Block::zeroed(parameterBytes());
  if (!block)
    return block.takeError();
  if (auto error = impl->check(impl->library.functions.initParameters(&impl->context, block->data(), seed)))
    return std::move(error);
  return block;
}

llvm::Expected<Block> Model::initialState() {
  auto block = Block::zeroed(stateBytes());
  auto *function = reinterpret_cast<mimoc_init_state_fn *>(impl->library.findEntry("init_state", phase().name));
  if (!block || !function || phase().stateNames.empty())
    return block;
  if (auto error = impl->check(function(&impl->context, block->data())))
    return std::move(error);
  return block;
}

llvm::Error Model::forward(const Block &parameters, const Batch &batch, llvm::ArrayRef<void *> heads) {
  if (auto error = impl->reserve(MIMOC_FOR_FORWARD, batch.rows))
    return error;
  return impl->check(impl->library.functions.forward(&impl->context, parameters.data(), batch.inputs.data(),
                                                     heads.data(), batch.rows, impl->workspace.get(),
                                                     impl->workspaceBytes));
}

llvm::Error Model::forwardEntry(llvm::StringRef entry, const Block &parameters, const Batch &batch, llvm::ArrayRef<void *> heads) {
  auto *function = reinterpret_cast<mimoc_forward_fn *>(impl->library.findEntry("forward_entry", entry.str()));
  if (!function)
    return impl->lacks("entry '" + entry.str() + "'");
  if (auto error = impl->reserve(MIMOC_FOR_FORWARD, batch.rows))
    return error;
  return impl->check(function(&impl->context, parameters.data(), batch.inputs.data(), heads.data(), batch.rows,
                              impl->workspace.get(), impl->workspaceBytes));
}

llvm::Error Model::forwardHead(llvm::StringRef head, const Block &parameters, const Batch &batch, void *result) {
  auto *function = reinterpret_cast<mimoc_forward_head_fn *>(impl->library.findEntry("forward_head", head.str()));
  if (!function)
    return impl->lacks("function of its own for head '" + head.str() + "'");
  if (auto error = impl->reserve(MIMOC_FOR_FORWARD_HEAD, batch.rows))
    return error;
  return impl->check(function(&impl->context, parameters.data(), batch.inputs.data(), result, batch.rows,
                              impl->workspace.get(), impl->workspaceBytes));
}

llvm::Error Model::evaluate(const Block &parameters, const Batch &batch, std::vector<double> &states) {
  const ModelFunctions &call = impl->library.functions;
  if (!call.evaluate || !call.metricsAdd)
    return impl->lacks("losses or metrics to evaluate");
  if (auto error = impl->reserve(MIMOC_FOR_EVALUATE, batch.rows))
    return error;
  std::vector<double> losses(info().losses.size()), fresh(states.size());
  if (auto error = impl->check(call.evaluate(&impl->context, parameters.data(), batch.inputs.data(),
                                             batch.targets.data(), losses.data(), fresh.data(), batch.rows,
                                             impl->workspace.get(), impl->workspaceBytes)))
    return error;
  return impl->check(call.metricsAdd(&impl->context, states.data(), fresh.data()));
}

llvm::Expected<std::vector<double>> Model::figures(const std::vector<double> &states) {
  if (!impl->library.functions.metricsFinalise)
    return impl->lacks("losses or metrics to evaluate");
  std::vector<double> result(figureCount());
  if (auto error = impl->check(impl->library.functions.metricsFinalise(&impl->context, states.data(), result.data())))
    return std::move(error);
  return result;
}

llvm::Error Model::backward(const Block &parameters, const Batch &batch, const RunOptions &options,
                            std::vector<double> &losses, const Block &gradients) {
  auto *function = reinterpret_cast<mimoc_backward_fn *>(impl->library.findEntry("backward", phase().name));
  if (!function)
    return impl->lacks("'minimize', so there is no gradient");
  if (auto error = impl->reserve(MIMOC_FOR_BACKWARD, batch.rows))
    return error;
  return impl->check(function(&impl->context, parameters.data(), batch.inputs.data(), batch.targets.data(),
                              options.packed().data(), losses.data(), gradients.data(), /*accumulate=*/0, batch.rows,
                              impl->workspace.get(), impl->workspaceBytes));
}

llvm::Error Model::backwardLoss(llvm::StringRef loss, const Block &parameters, const Batch &batch,
                                const RunOptions &options, std::vector<double> &losses, const Block &gradients) {
  auto *function = reinterpret_cast<mimoc_backward_fn *>(impl->library.findEntry("backward_loss", loss.str()));
  if (!function)
    return impl->lacks("gradient of the loss '" + loss.str() + "' alone");
  if (auto error = impl->reserve(MIMOC_FOR_BACKWARD_LOSS, batch.rows))
    return error;
  return impl->check(function(&impl->context, parameters.data(), batch.inputs.data(), batch.targets.data(),
                              options.packed().data(), losses.data(), gradients.data(), /*accumulate=*/0, batch.rows,
                              impl->workspace.get(), impl->workspaceBytes));
}

llvm::Error Model::step(const Block &parameters, const Block &state, const Batch &batch, const RunOptions &options,
                        std::vector<double> &losses) {
  auto *function = reinterpret_cast<mimoc_step_fn *>(impl->library.findEntry("step", phase().name));
  if (!function)
    return impl->lacks("optimizer");
  if (auto error = impl->reserve(MIMOC_FOR_STEP, batch.rows))
    return error;
  return impl->check(function(&impl->context, parameters.data(), state.data(), batch.inputs.data(),
                              batch.targets.data(), options.packed().data(), losses.data(), batch.rows,
                              impl->workspace.get(), impl->workspaceBytes));
}

} // namespace mimoc
