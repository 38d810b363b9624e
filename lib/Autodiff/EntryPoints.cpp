// The entry points of a compiled model, each a paragraph: what it computes, and where its results go.

#include "EntryBuilder.h"
#include "Minimize.h"
#include "Updates.h"
#include "mimo/IR/Expr.h"
#include "mimo/IR/Objectives.h"
#include "mimo/IR/RowUpdate.h"
#include "mimoc/Autodiff.h"
#include "mimoc/DescribeModel.h"
#include "mlir/Transforms/Passes.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using mimo::Expr;

namespace mimoc {
#define GEN_PASS_DEF_AUTODIFF
#include "Passes.h.inc"

namespace {

/// One way of training: what stands in a train block, or in the model itself.
struct Phase {
  Phase(Block &statements, const PhaseInfo &info, ArrayRef<mimo::ParamOp> parameters) : info(info) {
    llvm::append_range(objectives, statements.getOps<mimo::ObjectiveOp>());
    llvm::append_range(balances, statements.getOps<mimo::BalanceOp>());
    for (mimo::OptimizerOp op : statements.getOps<mimo::OptimizerOp>())
      optimizer = op;
    for (const TrainedInfo &place : info.trained)
      trained.push_back(parameters[place.parameter]);
  }

  SmallVector<Value> trainedValues() { return SmallVector<Value>(trained.begin(), trained.end()); }

  const PhaseInfo &info;
  SmallVector<mimo::ObjectiveOp> objectives;
  SmallVector<mimo::BalanceOp> balances;
  mimo::OptimizerOp optimizer;
  SmallVector<mimo::ParamOp> trained; ///< in the order of PhaseInfo::trained
};

/// The model and the lists of its parts that several entry points need.
struct Network {
  explicit Network(mimo::ModelOp model) : model(model), info(describeModel(model)) {
    for (Operation &op : model.getBody().front())
      llvm::TypeSwitch<Operation *, void>(&op)
          .Case([&](mimo::InputOp op) { inputs.push_back(op); })
          .Case([&](mimo::ParamOp op) { (op.getBuffer() ? buffers : parameters).push_back(op); })
          .Case([&](mimo::NextOp op) { nexts[op.getBuffer()] = op; })
          .Case([&](mimo::HeadOp op) { heads.push_back(op); })
          .Case([&](mimo::LossOp op) { losses.push_back(op); })
          .Case([&](mimo::MetricOp op) { metrics.push_back(op); })
          .Case([&](mimo::CheckOp op) { checks.push_back(op); });
    SmallVector<Block *> statements{&model.getBody().front()};
    for (mimo::PhaseOp op : model.getBody().getOps<mimo::PhaseOp>())
      statements.push_back(&op.getBody().front());
    for (auto [block, described] : llvm::zip_equal(statements, info.phases))
      phases.emplace_back(*block, described, parameters);
  }

  /// Values of losses, then of penalties, in the order of ModelInfo::losses.
  SmallVector<Value> reported() {
    llvm::StringMap<Value> values;
    for (mimo::LossOp loss : losses)
      values[loss.getName()] = loss.getValue();
    for (Phase &phase : phases)
      for (mimo::ObjectiveOp objective : phase.objectives)
        values.try_emplace(objective.getName(), objective.getValue());
    return llvm::map_to_vector(info.losses, [&](const FigureInfo &figure) { return values.lookup(figure.name); });
  }
  SmallVector<mimo::HeadOp> headsOf(mimo::EntryOp entry) {
    return llvm::filter_to_vector(heads, [&](mimo::HeadOp head) { return llvm::is_contained(entry.getHeads(), head.getNameAttr()); });
  }
  /// What a step of a phase leaves in a buffer; null where the buffer is frozen, or never changes.
  mimo::NextOp nextIn(const Phase &phase, mimo::ParamOp buffer) {
    return mimo::isFrozen(buffer, phase.info.name) ? mimo::NextOp() : nexts.lookup(buffer);
  }
  int64_t elementBytes() const { return byteSize(info.precision); }

  mimo::ModelOp model;
  ModelInfo info;
  SmallVector<mimo::InputOp> inputs;
  SmallVector<mimo::ParamOp> parameters; ///< what is trained
  SmallVector<mimo::ParamOp> buffers;
  DenseMap<Value, mimo::NextOp> nexts; ///< of buffers
  SmallVector<mimo::HeadOp> heads;
  SmallVector<mimo::LossOp> losses;
  SmallVector<mimo::MetricOp> metrics;
  SmallVector<mimo::CheckOp> checks;
  std::vector<Phase> phases; ///< as ModelInfo::phases
};

} // namespace

static constexpr int64_t kDoubleBytes = 8;

static Value toDouble(EntryBuilder &entry, Value value) {
  return mimo::convert(Expr(entry.builder, value.getLoc(), value), entry.builder.getF64Type());
}

static Value zeros(EntryBuilder &entry, Value like) { return mimo::zerosLike(Expr(entry.builder, like.getLoc(), like)); }

/// The k-th member of the options: the learning rate is 0, the coefficient of the i-th term of minimize 1 + i.
static Value option(EntryBuilder &entry, int64_t k) {
  return entry.argument(RankedTensorType::get({}, entry.builder.getF64Type()), {"options", k * kDoubleBytes});
}

//===- forward, evaluate, check ---------------------------------------------------------------------------------===//

static void buildForward(Network &net, ArrayRef<mimo::HeadOp> heads, StringRef kind, StringRef name) {
  EntryBuilder entry(net.model, net.info, kind, name, /*training=*/nullptr);
  for (mimo::HeadOp head : heads)
    entry.require(head.getValue());
  for (mimo::HeadOp head : heads)
    entry.result(entry.at(head.getValue()), {"head:" + head.getName().str(), std::nullopt});
  entry.finish();
}

static void reportLosses(Network &net, EntryBuilder &entry) {
  for (auto [i, value] : llvm::enumerate(net.reported()))
    entry.result(toDouble(entry, entry.at(value)), {"losses", static_cast<int64_t>(i) * kDoubleBytes});
}

/// Losses, and the states of losses and penalties (sum, divisor) and of metrics. A penalty's divisor is 1 a call.
static void buildEvaluate(Network &net) {
  EntryBuilder entry(net.model, net.info, "evaluate", "", /*training=*/nullptr);
  SmallVector<Value> reported = net.reported(), states; // a null state is 1
  for (mimo::LossOp loss : net.losses)
    states.append({loss.getSum(), loss.getDivisor()});
  for (Value penalty : ArrayRef(reported).drop_front(net.losses.size()))
    states.append({penalty, Value()});
  for (mimo::MetricOp metric : net.metrics)
    llvm::append_range(states, metric.getStates());

  entry.require(reported);
  for (Value state : states)
    if (state)
      entry.require(state);
  reportLosses(net, entry);
  int64_t offset = 0;
  for (Value state : states) {
    Value one = mimo::buildConstant(entry.builder, net.model.getLoc(), 1, entry.builder.getF64Type());
    Value numbers = state ? toDouble(entry, entry.at(state)) : one;
    entry.result(numbers, {"states", offset});
    offset += kDoubleBytes * cast<RankedTensorType>(numbers.getType()).getNumElements();
  }
  entry.finish();
}

/// Whether one of the values depends on a target, which `forward` does not get.
static bool needTargets(ValueRange values) {
  SetVector<Operation *> cone;
  auto visit = [&](Value value) { cone.insert(value.getDefiningOp()); };
  llvm::for_each(values, visit);
  for (size_t i = 0; i < cone.size(); ++i)
    llvm::for_each(cone[i]->getOperands(), visit);
  return llvm::any_of(cone, llvm::IsaPred<mimo::TargetOp>);
}

/// The range checks of one kind: those that inputs alone decide run before every call, the others where targets are given.
static void buildCheck(Network &net, StringRef name, bool ofTargets) {
  EntryBuilder entry(net.model, net.info, "check", name, /*training=*/nullptr);
  bool any = false;
  for (auto [i, check] : llvm::enumerate(net.checks)) {
    if (needTargets(check->getOperands()) != ofTargets)
      continue;
    any = true;
    entry.require(check->getOperands());
    Value mask = check.getMask() ? entry.at(check.getMask()) : nullptr;
    Value first = mimo::buildRangeCheck(entry.builder, check.getLoc(), entry.at(check.getValues()), mask, check.getBound(),
                                        check.getSize() ? entry.at(check.getSize()) : nullptr);
    entry.result(first, {"checks", static_cast<int64_t>(i) * kDoubleBytes});
  }
  entry.finish();
  if (!any)
    entry.function.erase();
}

//===- backward, vjp --------------------------------------------------------------------------------------------===//

/// The gradient of every trained parameter, zero where nothing reaches it, in their order.
static SmallVector<Value> collectGradients(Phase &phase, EntryBuilder &entry, const ReverseMode &reverse) {
  return llvm::map_to_vector(phase.trained, [&](mimo::ParamOp parameter) {
    Value value = entry.at(parameter), gradient = reverse.gradientOf(value);
    return gradient ? gradient : zeros(entry, value);
  });
}

/// What each buffer becomes in this entry point, null where it is frozen or nothing that it follows is computed in training.
static SmallVector<Value> nextOfBuffers(Network &net, Phase &phase, EntryBuilder &entry) {
  return llvm::map_to_vector(net.buffers, [&](mimo::ParamOp buffer) {
    mimo::NextOp next = net.nextIn(phase, buffer);
    if (!next || llvm::none_of(next.getObserved(), [&](Value value) { return entry.has(value); }))
      return Value();
    entry.require(next.getValue());
    return entry.at(next.getValue());
  });
}

static Place placeOfBuffer(Network &net, Phase &phase, size_t buffer) {
  return {"gradients", gradientOffset(net.info, phase.info, net.info.buffers[buffer]) * net.elementBytes()};
}
static Place placeOfPasses(Network &net, Phase &phase, size_t buffer) {
  return {"gradients", passesOffset(net.info, phase.info, buffer) * net.elementBytes()};
}

/// Gradients of parameters. What stands in the place of a buffer is added up over passes, too, and their number beside it, so that
/// `apply` finds the mean.
static void returnGradients(Network &net, Phase &phase, EntryBuilder &entry, ArrayRef<Value> gradients, ArrayRef<Value> nexts) {
  for (auto [trained, gradient] : llvm::zip_equal(phase.info.trained, gradients))
    entry.result(gradient, {"gradients", trained.offset * net.elementBytes()});
  for (auto [i, next] : llvm::enumerate(nexts)) {
    mimo::ParamOp buffer = net.buffers[i];
    entry.require(buffer.getOut());
    entry.result(next ? next : zeros(entry, entry.at(buffer)), placeOfBuffer(net, phase, i));
    entry.result(mimo::buildConstant(entry.builder, buffer.getLoc(), next ? 1 : 0, net.model.getPrecision()), placeOfPasses(net, phase, i));
  }
}

/// The gradients of what `minimize` says; the coefficients are run-time options.
static SmallVector<Value> differentiateObjectives(Network &net, Phase &phase, EntryBuilder &entry) {
  entry.require(net.reported());
  entry.require(phase.trainedValues());
  for (mimo::BalanceOp balance : phase.balances)
    entry.require(balance->getOperands());
  for (mimo::ObjectiveOp objective : phase.objectives) // a penalty that another phase has, too, is reported from there
    entry.require(objective.getValue());
  SmallVector<Weighed> terms;
  for (auto [i, objective] : llvm::enumerate(phase.objectives)) {
    Expr coefficient(entry.builder, objective.getLoc(), option(entry, 1 + i));
    terms.push_back({objective.getName(), entry.at(objective.getValue()), mimo::convert(coefficient, net.model.getPrecision())});
  }
  SmallVector<Value> parameters = llvm::map_to_vector(phase.trained, [&](mimo::ParamOp p) { return entry.at(p); });
  SmallVector<Value> gradients = differentiateMinimize(entry, terms, phase.balances, parameters);
  for (auto [parameter, gradient] : llvm::zip_equal(parameters, gradients))
    gradient = gradient ? gradient : zeros(entry, parameter);
  return gradients;
}

static void buildBackward(Network &net, Phase &phase) {
  EntryBuilder entry(net.model, net.info, "backward", phase.info.name, &phase.info);
  SmallVector<Value> gradients = differentiateObjectives(net, phase, entry);
  reportLosses(net, entry);
  returnGradients(net, phase, entry, gradients, nextOfBuffers(net, phase, entry));
  entry.finish();
}

static void buildBackwardOfLoss(Network &net, unsigned index) {
  mimo::LossOp loss = net.losses[index];
  Phase &phase = net.phases.front();
  EntryBuilder entry(net.model, net.info, "backward_loss", loss.getName(), &phase.info);
  entry.require(loss.getValue());
  entry.require(phase.trainedValues());
  SmallVector<Value> wanted = llvm::map_to_vector(phase.trained, [&](mimo::ParamOp p) { return entry.at(p); });
  ReverseMode reverse(entry.builder, entry.block(), wanted);
  reverse.seed(entry.at(loss.getValue()), mimo::buildConstant(entry.builder, loss.getLoc(), 1, net.model.getPrecision()));
  reverse.run();
  entry.result(toDouble(entry, entry.at(loss.getValue())), {"losses", index * kDoubleBytes});
  returnGradients(net, phase, entry, collectGradients(phase, entry, reverse), nextOfBuffers(net, phase, entry));
  entry.finish();
}

/// Differentiates what `forward` computes: evaluation mode.
static void buildVjp(Network &net) {
  Phase &phase = net.phases.front();
  EntryBuilder entry(net.model, net.info, "vjp", "", /*training=*/nullptr);
  SmallVector<mimo::InputOp> inputs = llvm::filter_to_vector(
      net.inputs, [](mimo::InputOp input) { return isa<FloatType>(cast<RankedTensorType>(input.getType()).getElementType()); });
  for (mimo::HeadOp head : net.heads)
    entry.require(head.getValue());
  entry.require(phase.trainedValues());
  entry.require(SmallVector<Value>(inputs.begin(), inputs.end()));
  SmallVector<Value> wanted = llvm::map_to_vector(phase.trained, [&](mimo::ParamOp p) { return entry.at(p); });
  for (mimo::InputOp input : inputs)
    wanted.push_back(entry.at(input));

  ReverseMode reverse(entry.builder, entry.block(), wanted);
  for (mimo::HeadOp head : net.heads) {
    auto type = cast<RankedTensorType>(head.getValue().getType());
    Value cotangent = entry.argument(type, {"cotangent:" + head.getName().str(), std::nullopt});
    if (isa<FloatType>(type.getElementType()))
      reverse.seed(entry.at(head.getValue()), cotangent);
  }
  reverse.run();
  returnGradients(net, phase, entry, collectGradients(phase, entry, reverse), SmallVector<Value>(net.buffers.size()));
  for (mimo::InputOp input : inputs) {
    Value gradient = reverse.gradientOf(entry.at(input));
    entry.result(gradient ? gradient : zeros(entry, entry.at(input)), {"input_gradient:" + input.getName().str(), std::nullopt});
  }
  entry.finish();
}

//===- apply, step ----------------------------------------------------------------------------------------------===//

/// What each buffer became, on average over the backward passes that are in the gradient block; itself where there were none.
static SmallVector<Value> meansOfPasses(Network &net, Phase &phase, EntryBuilder &entry) {
  SmallVector<Value> means;
  for (auto [i, op] : llvm::enumerate(net.buffers)) {
    if (!net.nextIn(phase, op)) {
      means.push_back(nullptr);
      continue;
    }
    entry.require(op.getOut());
    auto scalar = RankedTensorType::get({}, net.model.getPrecision());
    Expr passes(entry.builder, op.getLoc(), entry.argument(scalar, placeOfPasses(net, phase, i)));
    Expr sum(entry.builder, op.getLoc(), entry.argument(op.getType(), placeOfBuffer(net, phase, i)));
    Expr before(entry.builder, op.getLoc(), entry.at(op)), any = passes > 0;
    means.push_back(mimo::select(any, sum / mimo::select(any, passes, 1), before));
  }
  return means;
}

static void buildApply(Network &net, Phase &phase) {
  EntryBuilder entry(net.model, net.info, "apply", phase.info.name, &phase.info);
  entry.require(phase.trainedValues());
  SmallVector<Value> gradients;
  for (auto [op, trained] : llvm::zip_equal(phase.trained, phase.info.trained))
    gradients.push_back(entry.argument(op.getType(), {"gradients", trained.offset * net.elementBytes()}));
  applyOptimizer(entry, net.info, phase.info, phase.optimizer, net.parameters, gradients);
  updateBuffers(entry, net.info, phase.info, net.buffers, meansOfPasses(net, phase, entry));
  entry.finish();
}

/// backward and apply in one function: the gradients never leave it.
static void buildStep(Network &net, Phase &phase) {
  EntryBuilder entry(net.model, net.info, "step", phase.info.name, &phase.info);
  SmallVector<Value> gradients = differentiateObjectives(net, phase, entry);
  reportLosses(net, entry);
  SmallVector<Value> nexts = nextOfBuffers(net, phase, entry);
  applyOptimizer(entry, net.info, phase.info, phase.optimizer, net.parameters, gradients);
  updateBuffers(entry, net.info, phase.info, net.buffers, nexts);
  entry.finish();
}

//===- the pass -------------------------------------------------------------------------------------------------===//

namespace {
struct AutodiffPass : impl::AutodiffBase<AutodiffPass> {
  void runOnOperation() override {
    for (mimo::ModelOp model : llvm::to_vector(getOperation().getOps<mimo::ModelOp>())) {
      Network net(model);
      if (!net.heads.empty())
        buildForward(net, net.heads, "forward", "");
      for (mimo::HeadOp head : net.heads)
        buildForward(net, head, "forward_head", head.getName());
      for (mimo::EntryOp entry : model.getBody().getOps<mimo::EntryOp>())
        buildForward(net, net.headsOf(entry), "forward_entry", entry.getName());
      buildCheck(net, "inputs", /*ofTargets=*/false);
      buildCheck(net, "targets", /*ofTargets=*/true);
      if (!net.info.losses.empty() || !net.metrics.empty())
        buildEvaluate(net);
      // Also without parameters: the gradients of the inputs train what comes before the model.
      if (!net.heads.empty())
        buildVjp(net);
      if (!net.parameters.empty())
        buildGradients(net);
    }
  }

  void buildGradients(Network &net) {
    for (unsigned i = 0; i < net.losses.size(); ++i)
      buildBackwardOfLoss(net, i);
    for (Phase &phase : net.phases) {
      if (phase.objectives.empty())
        continue;
      buildBackward(net, phase);
      if (!phase.optimizer)
        continue;
      buildApply(net, phase);
      buildStep(net, phase);
    }
  }
};
} // namespace

void buildAutodiffPipeline(OpPassManager &manager) {
  manager.addPass(createAutodiff());
  // What is not asked for is not computed, and what two gradients share is computed once.
  manager.addNestedPass<func::FuncOp>(createCSEPass());
  manager.addNestedPass<func::FuncOp>(createCanonicalizerPass());
}

std::unique_ptr<Pass> createVjpOfFunctionsPass();

void registerAutodiffStagePasses() {
  PassRegistration<AutodiffPass>();
  registerPass([] { return createVjpOfFunctionsPass(); });
}

} // namespace mimoc
