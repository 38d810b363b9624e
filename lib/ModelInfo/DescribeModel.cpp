#include "mimoc/DescribeModel.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

using namespace mlir;

namespace mimoc {

static DType dtypeOf(Type type) {
  if (type.isF32())
    return DType::F32;
  if (type.isF64())
    return DType::F64;
  return type.isInteger(1) ? DType::I1 : type.isInteger(32) ? DType::I32 : DType::I64;
}

int64_t lineOf(Location loc) {
  int64_t line = 0;
  loc->walk([&](Location inner) {
    if (auto place = dyn_cast<FileLineColRange>(inner))
      line = place.getStartLine();
    return line ? WalkResult::interrupt() : WalkResult::advance();
  });
  return line;
}

static TensorInfo describeTensor(StringRef name, StringRef kind, Value value, Location loc) {
  auto type = cast<RankedTensorType>(value.getType());
  TensorInfo info;
  info.name = name;
  info.kind = kind;
  info.type = dtypeOf(type.getElementType());
  info.line = lineOf(loc);
  for (int64_t size : type.getShape())
    info.shape.push_back(ShapedType::isDynamic(size) ? kRunTimeSize : size);
  info.dim = mimo::runTimeDim(type);
  return info;
}

/// Parameters first, so that loops over what is trained end before the buffers.
static void describeParameters(mimo::ModelOp model, bool buffers, ModelInfo &info) {
  for (auto param : model.getBody().getOps<mimo::ParamOp>()) {
    if (param.getBuffer() != buffers)
      continue;
    ParameterInfo parameter;
    parameter.whole = param.getWhole();
    parameter.name = param.getName();
    auto type = cast<RankedTensorType>(param.getType());
    parameter.shape.assign(type.getShape().begin(), type.getShape().end());
    parameter.elements = type.getNumElements();
    parameter.offset = info.parameterElements;
    parameter.init = {param.getInit().str(), param.getA().convertToDouble(), param.getB().convertToDouble()};
    if (param.getLow() && param.getHigh())
      parameter.init.low = param.getLow()->convertToDouble(), parameter.init.high = param.getHigh()->convertToDouble();
    if (std::optional<uint64_t> row = param.getZeroRow()) {
      int64_t rowElements = parameter.elements / type.getDimSize(0);
      parameter.init.zeroBegin = static_cast<int64_t>(*row) * rowElements;
      parameter.init.zeroEnd = parameter.init.zeroBegin + rowElements;
    }
    info.parameterElements += parameter.elements;
    (buffers ? info.buffers : info.parameters).push_back(std::move(parameter));
  }
}

static FigureInfo describeMetric(mimo::MetricOp metric) {
  FigureInfo figure{metric.getName().str(), "metric", metric.getRule().str(), {}};
  for (auto [field, value] : llvm::zip_equal(metric.getFields().getAsValueRange<StringAttr>(), metric.getStates()))
    figure.state.push_back({field.str(), cast<RankedTensorType>(value.getType()).getShape().vec()});
  return figure;
}

/// Each term of `minimize` has a coefficient; penalties stand behind the losses, those that several phases have once.
static void describeObjectives(Block &statements, ModelInfo &info, PhaseInfo &phase) {
  phase.options.push_back({"learning_rate", 0, "learning_rate"});
  for (auto objective : statements.getOps<mimo::ObjectiveOp>()) {
    bool isKnown = llvm::any_of(info.losses, [&](const FigureInfo &loss) { return loss.name == objective.getName(); });
    if (!isKnown)
      info.losses.push_back({objective.getName().str(), "penalty"});
    phase.options.push_back({objective.getName().str(), objective.getCoefficient().convertToDouble()});
  }
}

static void describeBalances(Block &statements, PhaseInfo &phase) {
  for (auto op : statements.getOps<mimo::BalanceOp>()) {
    BalanceInfo balance{op.getRule().str(), {}, {}};
    for (StringRef loss : op.getTerms().getAsValueRange<StringAttr>())
      balance.losses.push_back(loss.str());
    if (op.getPlaces())
      for (auto [value, name] : llvm::zip_equal(op.getShared(), op.getPlaces()->getAsValueRange<StringAttr>()))
        balance.shared.push_back(describeTensor(name, "shared", value, value.getLoc()));
    phase.balances.push_back(std::move(balance));
  }
}

static std::vector<std::pair<std::string, double>> describeSettings(DictionaryAttr settings) {
  std::vector<std::pair<std::string, double>> list;
  for (NamedAttribute setting : settings) {
    if (auto number = dyn_cast<FloatAttr>(setting.getValue()))
      list.emplace_back(setting.getName().str(), number.getValueAsDouble());
    else if (auto flag = dyn_cast<BoolAttr>(setting.getValue()))
      list.emplace_back(setting.getName().str(), flag.getValue());
    else if (auto numbers = dyn_cast<DenseF64ArrayAttr>(setting.getValue()))
      for (auto [i, value] : llvm::enumerate(numbers.asArrayRef()))
        list.emplace_back(setting.getName().str() + "." + std::to_string(i), value);
  }
  return list;
}

/// The option with the group's learning rate: a field of its own, or the one of the group before that shares it.
static int64_t describeRate(mimo::GroupOp group, PhaseInfo &phase) {
  if (!group.getRate())
    return 0;
  std::string name = group.getRate()->str();
  auto found = llvm::find_if(phase.options, [&](const OptionInfo &o) { return o.kind == "learning_rate" && o.name == name; });
  if (found == phase.options.end())
    found = phase.options.insert(found, {name, group.getLearningRate()->convertToDouble(), "learning_rate"});
  return found - phase.options.begin();
}

static GroupInfo describeGroup(DictionaryAttr settings, const mimo::OptimizerRule::Concept &rule, const PhaseInfo &phase) {
  GroupInfo group;
  group.settings = describeSettings(settings);
  group.stateStarts.resize(phase.stateNames.size(), 0);
  for (auto [name, start] : llvm::zip(rule.getStateNames(settings), rule.getStateStarts(settings)))
    group.stateStarts[llvm::find(phase.stateNames, name.str()) - phase.stateNames.begin()] = start;
  return group;
}

static void addStates(ArrayRef<StringRef> names, PhaseInfo &phase) {
  for (StringRef name : names)
    if (!llvm::is_contained(phase.stateNames, name.str()))
      phase.stateNames.push_back(name.str());
}

static void describeGroups(Block &statements, const mimo::OptimizerRule::Concept &rule, const ModelInfo &info, PhaseInfo &phase) {
  auto groups = statements.getOps<mimo::GroupOp>();
  for (mimo::GroupOp group : groups)
    addStates(rule.getStateNames(group.getSettings()), phase);
  for (mimo::GroupOp group : groups) {
    GroupInfo described = describeGroup(group.getSettings(), rule, phase);
    described.name = group.getName().str();
    described.rateOption = describeRate(group, phase);
    for (StringRef name : group.getParameters().getAsValueRange<StringAttr>())
      for (TrainedInfo &trained : phase.trained)
        if (info.parameters[trained.parameter].name == name)
          trained.group = int64_t(phase.groups.size());
    phase.groups.push_back(std::move(described));
  }
}

static void describeOptimizer(Block &statements, const ModelInfo &info, PhaseInfo &phase) {
  auto optimizers = statements.getOps<mimo::OptimizerOp>();
  if (optimizers.empty())
    return;
  mimo::OptimizerOp optimizer = *optimizers.begin();
  const mimo::OptimizerRule::Concept &rule = *optimizer.findRule();
  phase.optimizer = optimizer.getRule();
  phase.options.front().value = optimizer.getLearningRate().convertToDouble();
  // The average comes first: so it lies where the state block starts, and can be handed in as parameters.
  if (auto decay = optimizer.getAverage())
    phase.average = decay->convertToDouble();
  if (optimizer.getEqualAverage())
    phase.average = kEqualAverage;
  if (phase.average)
    phase.stateNames.push_back("average");
  addStates(rule.getStateNames(optimizer.getSettings()), phase);
  phase.groups.push_back(describeGroup(optimizer.getSettings(), rule, phase));
  describeGroups(statements, rule, info, phase);
  phase.groups.front().stateStarts.resize(phase.stateNames.size(), 0);
  if (auto limit = optimizer.getClipNorm())
    phase.options.push_back({"clip_norm", limit->convertToDouble(), "limit"});
  if (auto limit = optimizer.getClipValue())
    phase.options.push_back({"clip_value", limit->convertToDouble(), "limit"});
}

static void describeTrained(mimo::ModelOp model, const ModelInfo &info, PhaseInfo &phase) {
  int64_t place = 0; // as describeParameters lists them
  for (mimo::ParamOp op : model.getBody().getOps<mimo::ParamOp>()) {
    if (op.getBuffer())
      continue;
    if (!mimo::isFrozen(op, phase.name)) {
      phase.trained.push_back({place, phase.gradientElements, 0});
      phase.gradientElements += info.parameters[size_t(place)].elements;
    }
    ++place;
  }
}

static void describePhase(mimo::ModelOp model, Block &statements, ModelInfo &info, PhaseInfo &phase) {
  describeTrained(model, info, phase);
  describeObjectives(statements, info, phase);
  describeBalances(statements, phase);
  describeOptimizer(statements, info, phase);
}

/// The model itself, then its train blocks.
static void describePhases(mimo::ModelOp model, ModelInfo &info) {
  Block &body = model.getBody().front();
  for (auto loss : body.getOps<mimo::LossOp>())
    info.losses.push_back({loss.getName().str(), "loss"});
  auto blocks = body.getOps<mimo::PhaseOp>();
  info.phases.front().seed = info.seed;
  if (blocks.empty())
    describePhase(model, body, info, info.phases.front());
  else
    describeTrained(model, info, info.phases.front());
  for (mimo::PhaseOp op : blocks) {
    PhaseInfo phase;
    phase.name = op.getName();
    phase.seed = op.getSeed().value_or(info.seed);
    describePhase(model, op.getBody().front(), info, phase);
    info.phases.push_back(std::move(phase));
  }
  for (auto metric : body.getOps<mimo::MetricOp>())
    info.metrics.push_back(describeMetric(metric));
}

ModelInfo describeModel(mimo::ModelOp model) {
  ModelInfo info;
  info.name = model.getSymName();
  info.prefix = model.getPrefix();
  info.precision = model.getPrecision().isF64() ? DType::F64 : DType::F32;
  info.seed = model.getSeed();
  Block &body = model.getBody().front();
  for (auto input : body.getOps<mimo::InputOp>())
    info.inputs.push_back(describeTensor(input.getName(), "input", input, input.getLoc()));
  for (auto target : body.getOps<mimo::TargetOp>())
    info.targets.push_back(describeTensor(target.getName(), "target", target, target.getLoc()));
  for (auto head : body.getOps<mimo::HeadOp>())
    info.heads.push_back(describeTensor(head.getName(), head.getKind(), head.getValue(), head.getLoc()));
  for (auto dim : body.getOps<mimo::DimOp>())
    if (std::optional<uint64_t> bound = dim.getBound())
      info.dims.push_back({dim.getName().str(), static_cast<int64_t>(*bound), static_cast<int64_t>(dim.getLeast()), lineOf(dim.getLoc())});
  describeParameters(model, /*buffers=*/false, info);
  describeParameters(model, /*buffers=*/true, info);
  describePhases(model, info);
  for (auto check : body.getOps<mimo::CheckOp>()) {
    Operation *checked = check.getValues().getDefiningOp();
    info.checks.push_back({check.getName().str(), static_cast<int64_t>(check.getBound()), lineOf(checked->getLoc()),
                           check.getSize() ? check.getSize().getDefiningOp<mimo::DimOp>().getName().str() : "",
                           isa<mimo::InputOp, mimo::TargetOp>(checked)});
  }
  return info;
}

static SlotInfo parseSlot(StringRef text) {
  auto [kind, name] = text.split(':');
  return {kind.str(), name.str()};
}

void describeEntries(ModuleOp module, ModelInfo &info) {
  for (auto function : module.getOps<LLVM::LLVMFuncOp>()) {
    auto kind = function->getAttrOfType<StringAttr>("mimo.entry");
    if (!kind)
      continue;
    EntryInfo entry;
    entry.kind = kind.str();
    entry.symbol = function.getSymName();
    if (auto name = function->getAttrOfType<StringAttr>("mimo.entry_name"))
      entry.name = name.str();
    for (Attribute slot : function->getAttrOfType<ArrayAttr>("mimo.slots"))
      entry.slots.push_back(parseSlot(cast<StringAttr>(slot)));
    for (const SlotInfo &slot : entry.slots)
      if (entry.kind == "forward_entry" && slot.kind == "head")
        entry.heads.push_back(slot.name);
    auto number = [&](StringRef name) {
      auto attribute = function->getAttrOfType<IntegerAttr>(name);
      return attribute ? attribute.getInt() : 0;
    };
    entry.workspaceStatic = number("mimo.workspace_static");
    entry.workspacePerRow = number("mimo.workspace_row");
    entry.workspacePerPair = number("mimo.workspace_square");
    entry.flopsStatic = number("mimo.flops_static");
    entry.flopsPerRow = number("mimo.flops_row");
    entry.flopsPerPair = number("mimo.flops_square");
    if (auto sizes = function->getAttrOfType<DictionaryAttr>("mimo.least_sizes"))
      for (NamedAttribute size : sizes) {
        auto numbers = cast<DenseI64ArrayAttr>(size.getValue());
        entry.leastSizes.push_back({size.getName().str(), numbers[0], numbers[1]});
      }
    info.entries.push_back(std::move(entry));
  }
}

} // namespace mimoc
