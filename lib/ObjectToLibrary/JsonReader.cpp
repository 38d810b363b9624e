// Reads what Json.cpp writes. Every field must be there and of its type: a text that is not from mimoc is refused with
// the place at which it departs.
#include "Layout.h"
#include "mimoc/ObjectToLibrary.h"
#include "mimoc/Runtime.h"

#include "llvm/Support/JSON.h"

using namespace mimoc;
using llvm::json::ObjectMapper;
using llvm::json::Path;
using llvm::json::Value;

namespace mimoc {

static bool fromJSON(const Value &value, DType &type, Path path) {
  llvm::StringRef name = value.getAsString().value_or("");
  for (DType known : {DType::F32, DType::F64, DType::I32, DType::I64, DType::I1})
    if (name == dtypeName(known)) {
      type = known;
      return true;
    }
  path.report("expected a type: f32, f64, i32, i64 or i1");
  return false;
}

namespace {
struct Shape {
  std::vector<int64_t> sizes;
  std::string dim; ///< the name of the run-time size, if there is one
};

bool fromJSON(const Value &value, Shape &shape, Path path) {
  const llvm::json::Array *sizes = value.getAsArray();
  if (!sizes) {
    path.report("expected array");
    return false;
  }
  for (size_t i = 0; i < sizes->size(); ++i) {
    std::optional<int64_t> size = (*sizes)[i].getAsInteger();
    std::optional<llvm::StringRef> name = (*sizes)[i].getAsString();
    if (i == 0 && name && !name->empty()) {
      size = kRunTimeSize;
      shape.dim = name->str();
    }
    if (!size || (*size < 0 && shape.dim.empty())) {
      path.index(unsigned(i)).report("expected a size or, first, the name of a run-time size");
      return false;
    }
    shape.sizes.push_back(*size);
  }
  return true;
}
} // namespace

static bool fromJSON(const Value &value, TensorInfo &tensor, Path path) {
  ObjectMapper map(value, path);
  Shape shape;
  if (!map || !map.map("name", tensor.name) || !map.map("type", tensor.type) || !map.map("shape", shape) ||
      !map.map("kind", tensor.kind) || !map.map("line", tensor.line))
    return false;
  tensor.shape = std::move(shape.sizes);
  tensor.dim = std::move(shape.dim);
  return true;
}

static bool fromJSON(const Value &value, DimInfo &dim, Path path) {
  ObjectMapper map(value, path);
  return map && map.map("name", dim.name) && map.map("bound", dim.bound) && map.map("least", dim.least) && map.map("line", dim.line);
}

static bool fromJSON(const Value &value, InitInfo &init, Path path) {
  ObjectMapper map(value, path);
  return map && map.map("kind", init.kind) && map.map("a", init.a) && map.map("b", init.b) && map.map("low", init.low) && map.map("high", init.high);
}

static bool fromJSON(const Value &value, ParameterInfo &parameter, Path path) {
  ObjectMapper map(value, path);
  Shape shape;
  if (!map || !map.map("name", parameter.name) || !map.map("shape", shape) || !map.map("offset", parameter.offset) ||
      !map.map("elements", parameter.elements) || !map.map("init", parameter.init))
    return false;
  parameter.shape = std::move(shape.sizes);
  return true;
}

namespace {
struct Buffer {
  ParameterInfo info;
};

bool fromJSON(const Value &value, Buffer &buffer, Path path) {
  ObjectMapper map(value, path);
  Shape shape;
  if (!map || !map.map("name", buffer.info.name) || !map.map("shape", shape) || !map.map("offset", buffer.info.offset) ||
      !map.map("elements", buffer.info.elements) || !map.map("start", buffer.info.init.a) || !map.map("whole", buffer.info.whole))
    return false;
  buffer.info.shape = std::move(shape.sizes);
  return true;
}
} // namespace

/// Whether a program can keep so many numbers: what a description claims is not yet believed.
static bool isSmall(const std::vector<int64_t> &shape) {
  constexpr int64_t kMost = int64_t(1) << 24;
  int64_t count = 1;
  for (int64_t size : shape)
    count = size > kMost ? kMost + 1 : std::min(count * size, kMost + 1);
  return count <= kMost;
}

static bool fromJSON(const Value &value, StateInfo &state, Path path) {
  ObjectMapper map(value, path);
  Shape shape;
  if (!map || !map.map("name", state.name) || !map.map("shape", shape))
    return false;
  state.shape = std::move(shape.sizes);
  if (llvm::all_of(state.shape, [](int64_t size) { return size >= 0; }) && isSmall(state.shape))
    return true;
  path.field("shape").report("expected sizes of at most 2^24 numbers");
  return false;
}

static bool fromJSON(const Value &value, FigureInfo &figure, Path path) {
  ObjectMapper map(value, path);
  return map && map.map("name", figure.name) && map.map("kind", figure.kind) && map.map("rule", figure.rule) && map.map("state", figure.state);
}

static bool fromJSON(const Value &value, OptionInfo &option, Path path) {
  ObjectMapper map(value, path);
  return map && map.map("name", option.name) && map.map("kind", option.kind) && map.map("default", option.value);
}

static bool fromJSON(const Value &value, CheckInfo &check, Path path) {
  ObjectMapper map(value, path);
  return map && map.map("tensor", check.tensor) && map.map("bound", check.bound) && map.map("line", check.line) && map.mapOptional("dim", check.dim) &&
         map.mapOptional("whole", check.whole);
}

static bool fromJSON(const Value &value, BalanceInfo &balance, Path path) {
  ObjectMapper map(value, path);
  return map && map.map("rule", balance.rule) && map.map("losses", balance.losses) && map.map("shared", balance.shared);
}

static bool fromJSON(const Value &value, LeastSize &size, Path path) {
  ObjectMapper map(value, path);
  return map && map.map("dim", size.dim) && map.map("least", size.least) && map.map("line", size.line);
}

static bool fromJSON(const Value &value, EntryInfo &entry, Path path) {
  ObjectMapper map(value, path);
  return map && map.mapOptional("kind", entry.kind) && map.mapOptional("name", entry.name) && map.mapOptional("heads", entry.heads) &&
         map.mapOptional("workspace_static", entry.workspaceStatic) &&
         map.mapOptional("workspace_per_row", entry.workspacePerRow) &&
         map.mapOptional("workspace_per_pair", entry.workspacePerPair) &&
         map.mapOptional("flops_per_pair", entry.flopsPerPair) &&
         map.mapOptional("least_sizes", entry.leastSizes) &&
         map.mapOptional("flops_static", entry.flopsStatic) && map.mapOptional("flops_per_row", entry.flopsPerRow);
}

namespace {
struct Setting {
  std::string name;
  double value = 0;
};
struct Optimizer {
  std::string name;
  std::optional<double> average;
  std::vector<GroupInfo> groups;
  std::vector<std::string> state;
};

bool fromJSON(const Value &value, Setting &setting, Path path) {
  ObjectMapper map(value, path);
  return map && map.map("name", setting.name) && map.map("value", setting.value);
}

} // namespace

static bool fromJSON(const Value &value, GroupInfo &group, Path path) {
  ObjectMapper map(value, path);
  std::vector<Setting> settings;
  if (!map || !map.map("name", group.name) || !map.map("rate_option", group.rateOption) || !map.map("settings", settings) ||
      !map.map("state_starts", group.stateStarts))
    return false;
  for (Setting &setting : settings)
    group.settings.emplace_back(std::move(setting.name), setting.value);
  return true;
}

namespace {
bool fromJSON(const Value &value, Optimizer &optimizer, Path path) {
  ObjectMapper map(value, path);
  return map && map.map("name", optimizer.name) && map.map("average", optimizer.average) &&
         map.map("groups", optimizer.groups) && map.map("state", optimizer.state);
}
} // namespace

static bool fromJSON(const Value &value, TrainedInfo &trained, Path path) {
  ObjectMapper map(value, path);
  return map && map.map("parameter", trained.parameter) && map.map("offset", trained.offset) && map.map("group", trained.group);
}

static bool fromJSON(const Value &value, PhaseInfo &phase, Path path) {
  ObjectMapper map(value, path);
  Optimizer optimizer;
  if (!map || !map.map("name", phase.name) || !map.map("seed", phase.seed) || !map.map("options", phase.options) ||
      !map.map("optimizer", optimizer) || !map.map("trained", phase.trained) || !map.map("gradient_elements", phase.gradientElements) ||
      !map.map("balancing", phase.balances))
    return false;
  phase.optimizer = std::move(optimizer.name);
  phase.stateNames = std::move(optimizer.state);
  phase.average = optimizer.average;
  phase.groups = std::move(optimizer.groups);
  return true;
}

static bool isBelow(int64_t number, size_t count) { return number >= 0 && uint64_t(number) < count; }

/// Whether the gradients are some of the parameters, one after the other. Numbers are small enough for their sum to be one.
static bool areTrainedWhole(const ModelInfo &info, const PhaseInfo &phase) {
  int64_t end = 0;
  for (const TrainedInfo &trained : phase.trained) {
    if (!isBelow(trained.parameter, info.parameters.size()) || trained.offset != end)
      return false;
    int64_t elements = info.parameters[size_t(trained.parameter)].elements;
    if (elements < 0 || elements > info.parameterElements - end)
      return false;
    end += elements;
  }
  return end == phase.gradientElements;
}

/// What refers to a parameter, a group, an option or a state by number refers to one that is there.
static bool isWhole(const ModelInfo &info, const PhaseInfo &phase) {
  bool whole = (phase.optimizer.empty() || !phase.groups.empty()) && areTrainedWhole(info, phase) &&
               (!phase.average || !phase.stateNames.empty());
  for (const GroupInfo &group : phase.groups)
    whole &= isBelow(group.rateOption, phase.options.size()) && group.stateStarts.size() == phase.stateNames.size();
  for (const TrainedInfo &trained : phase.trained)
    whole &= trained.group == 0 || isBelow(trained.group, phase.groups.size());
  return whole;
}

static bool arePhasesWhole(const ModelInfo &info, Path path) {
  if (!info.phases.empty() && llvm::all_of(info.phases, [&](const PhaseInfo &phase) { return isWhole(info, phase); }))
    return true;
  path.field("phases").report("expected at least one, with groups and trained parameters that fit the parameters, options and state");
  return false;
}

/// A run-time size is the batch or one that the model declares.
static bool areDimsDeclared(const ModelInfo &info, Path path) {
  auto isDeclared = [&](const TensorInfo &tensor) {
    return tensor.dim.empty() || tensor.hasBatch() || llvm::any_of(info.dims, [&](const DimInfo &dim) { return dim.name == tensor.dim; });
  };
  bool whole = true;
  for (const auto *tensors : {&info.inputs, &info.targets, &info.heads})
    whole &= llvm::all_of(*tensors, isDeclared);
  if (!whole)
    path.field("dims").report("expected every run-time size that a shape names");
  return whole;
}

static bool fromJSON(const Value &value, ModelInfo &info, Path path) {
  ObjectMapper map(value, path);
  std::vector<EntryInfo> functions;
  std::vector<Buffer> buffers;
  if (!map || !map.map("compiler_version", info.compilerVersion) || !map.map("model", info.name) ||
      !map.map("prefix", info.prefix) || !map.map("source", info.sourceName) || !map.map("precision", info.precision) ||
      !map.map("seed", info.seed) || !map.map("target", info.target) || !map.map("cpu", info.cpu) ||
      !map.map("cpu_features", info.features) || !map.map("inputs", info.inputs) ||
      !map.mapOptional("dims", info.dims) || !map.map("targets", info.targets) || !map.map("heads", info.heads) ||
      !map.map("losses", info.losses) || !map.map("metrics", info.metrics) ||
      !map.map("parameter_elements", info.parameterElements) || !map.map("parameters", info.parameters) ||
      !map.map("buffers", buffers) || !map.map("phases", info.phases) || !map.map("checks", info.checks) ||
      !map.map("functions", functions))
    return false;
  for (Buffer &buffer : buffers)
    info.buffers.push_back(std::move(buffer.info));
  for (EntryInfo &function : functions)
    if (!function.kind.empty())
      info.entries.push_back(std::move(function));
  return arePhasesWhole(info, path) && areDimsDeclared(info, path);
}

} // namespace mimoc

/// Another version of the interface may mean anything by the same words, so its version is looked at first.
static llvm::Error checkVersion(const Value &value) {
  const llvm::json::Object *object = value.getAsObject();
  if (!object || object->getString("format") != llvm::StringRef("mimoc model"))
    return llvm::createStringError("not the description of a model compiled by mimoc");
  std::optional<int64_t> version = object->getInteger("abi_version");
  if (version != MIMOC_ABI_VERSION)
    return llvm::createStringError("the model has version " + std::to_string(version.value_or(0)) +
                                   " of the interface, this program knows version " +
                                   std::to_string(MIMOC_ABI_VERSION) + "; compile the model again");
  return llvm::Error::success();
}

llvm::Expected<ModelInfo> mimoc::parseJson(llvm::StringRef text) {
  auto value = llvm::json::parse(text);
  if (!value)
    return value.takeError();
  if (llvm::Error error = checkVersion(*value))
    return error;
  ModelInfo info;
  Path::Root root("description");
  if (!fromJSON(*value, info, root))
    return root.getError();
  return info;
}
