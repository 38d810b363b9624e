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

/// The model and the lists of its parts that several entry points need.
struct Network {
  explicit Network(mimo::ModelOp model) : model(model), info(describeModel(model)) {
    for (Operation &op : model.getBody().front())
      llvm::TypeSwitch<Operation *, void>(&op)
          .Case([&](mimo::InputOp op) { inputs.push_back(op); })
          .Case([&](mimo::ParamOp op) { parameters.push_back(op); })
          .Case([&](mimo::HeadOp op) { heads.push_back(op); })
          .Case([&](mimo::LossOp op) { losses.push_back(op); })
          .Case([&](mimo::MetricOp op) { metrics.push_back(op); })
          .Case([&](mimo::ObjectiveOp op) { objectives.push_back(op); })
          .Case([&](mimo::BalanceOp op) { balances.push_back(op); })
          .Case([&](mimo::CheckOp op) { checks.push_back(op); })
          .Case([&](mimo::OptimizerOp op) { optimizer = op; });
  }

  /// Values of losses, then of penalties, in the order of ModelInfo::losses.
  SmallVector<Value> reported() {
    SmallVector<Value> values = llvm::map_to_vector(losses, [](mimo::LossOp loss) -> Value { return loss.getValue(); });
    for (mimo::ObjectiveOp objective : objectives)
      if (llvm::none_of(losses, [&](mimo::LossOp loss) { return loss.getName() == objective.getName(); }))
        values.push_back(objective.getValue());
    return values;
  }
  SmallVector<mimo::HeadOp> headsOf(mimo::EntryOp entry) {
    return llvm::filter_to_vector(heads, [&](mimo::HeadOp head) { return llvm::is_contained(entry.getHeads(), head.getNameAttr()); });
  }
  SmallVector<Value> parameterValues() { return SmallVector<Value>(parameters.begin(), parameters.end()); }
  int64_t elementBytes() const { return byteSize(info.precision); }

  mimo::ModelOp model;
  ModelInfo info;
  SmallVector<mimo::InputOp> inputs;
  SmallVector<mimo::ParamOp> parameters;
  SmallVector<mimo::HeadOp> heads;
  SmallVector<mimo::LossOp> losses;
  SmallVector<mimo::MetricOp> metrics;
  SmallVector<mimo::ObjectiveOp> objectives;
  SmallVector<mimo::BalanceOp> balances;
  SmallVector<mimo::CheckOp> checks;
  mimo::OptimizerOp optimizer;
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
  EntryBuilder entry(net.model, net.info, kind, name, Mode::Evaluation);
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
  EntryBuilder entry(net.model, net.info, "evaluate", "", Mode::Evaluation);
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
  EntryBuilder entry(net.model, net.info, "check", name, Mode::Evaluation);
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

/// The gradient of every parameter, zero where nothing reaches it, in the order of the parameters.
static SmallVector<Value> collectGradients(Network &net, EntryBuilder &entry, const ReverseMode &reverse) {
  return llvm::map_to_vector(net.parameters, [&](mimo::ParamOp parameter) {
    Value value = entry.at(parameter), gradient = reverse.gradientOf(value);
    return gradient ? gradient : zeros(entry, value);
  });
}

static void returnGradients(Network &net, EntryBuilder &entry, ArrayRef<Value> gradients) {
  for (auto [parameter, gradient] : llvm::zip_equal(net.info.parameters, gradients))
    entry.result(gradient, {"gradients", parameter.offset * net.elementBytes()});
}

/// The gradients of what `minimize` says; the coefficients are run-time options.
static SmallVector<Value> differentiateObjectives(Network &net, EntryBuilder &entry) {
  entry.require(net.reported());
  entry.require(net.parameterValues());
  for (mimo::BalanceOp balance : net.balances)
    entry.require(balance->getOperands());
  SmallVector<Weighed> terms;
  for (auto [i, objective] : llvm::enumerate(net.objectives)) {
    Expr coefficient(entry.builder, objective.getLoc(), option(entry, 1 + i));
    terms.push_back({objective.getName(), entry.at(objective.getValue()), mimo::convert(coefficient, net.model.getPrecision())});
  }
  SmallVector<Value> parameters = llvm::map_to_vector(net.parameters, [&](mimo::ParamOp p) { return entry.at(p); });
  SmallVector<Value> gradients = differentiateMinimize(entry, terms, net.balances, parameters);
  for (auto [parameter, gradient] : llvm::zip_equal(parameters, gradients))
    gradient = gradient ? gradient : zeros(entry, parameter);
  return gradients;
}

static void buildBackward(Network &net) {
  EntryBuilder entry(net.model, net.info, "backward", "", Mode::Training);
  SmallVector<Value> gradients = differentiateObjectives(net, entry);
  reportLosses(net, entry);
  returnGradients(net, entry, gradients);
  entry.finish();
}

static void buildBackwardOfLoss(Network &net, unsigned index) {
  mimo::LossOp loss = net.losses[index];
  EntryBuilder entry(net.model, net.info, "backward_loss", loss.getName(), Mode::Training);
  entry.require(loss.getValue());
  entry.require(net.parameterValues());
  SmallVector<Value> wanted = llvm::map_to_vector(net.parameters, [&](mimo::ParamOp p) { return entry.at(p); });
  ReverseMode reverse(entry.builder, entry.block(), wanted);
  reverse.seed(entry.at(loss.getValue()), mimo::buildConstant(entry.builder, loss.getLoc(), 1, net.model.getPrecision()));
  reverse.run();
  entry.result(toDouble(entry, entry.at(loss.getValue())), {"losses", index * kDoubleBytes});
  returnGradients(net, entry, collectGradients(net, entry, reverse));
  entry.finish();
}

/// Differentiates what `forward` computes: evaluation mode.
static void buildVjp(Network &net) {
  EntryBuilder entry(net.model, net.info, "vjp", "", Mode::Evaluation);
  SmallVector<mimo::InputOp> inputs = llvm::filter_to_vector(
      net.inputs, [](mimo::InputOp input) { return isa<FloatType>(cast<RankedTensorType>(input.getType()).getElementType()); });
  for (mimo::HeadOp head : net.heads)
    entry.require(head.getValue());
  entry.require(net.parameterValues());
  entry.require(SmallVector<Value>(inputs.begin(), inputs.end()));
  SmallVector<Value> wanted = llvm::map_to_vector(net.parameters, [&](mimo::ParamOp p) { return entry.at(p); });
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
  returnGradients(net, entry, collectGradients(net, entry, reverse));
  for (mimo::InputOp input : inputs) {
    Value gradient = reverse.gradientOf(entry.at(input));
    entry.result(gradient ? gradient : zeros(entry, entry.at(input)), {"input_gradient:" + input.getName().str(), std::nullopt});
  }
  entry.finish();
}

//===- apply, step ----------------------------------------------------------------------------------------------===//

static void buildApply(Network &net) {
  EntryBuilder entry(net.model, net.info, "apply", "", Mode::Training);
  entry.require(net.parameterValues());
  SmallVector<Value> gradients;
  for (auto [op, parameter] : llvm::zip_equal(net.parameters, net.info.parameters))
    gradients.push_back(entry.argument(op.getType(), {"gradients", parameter.offset * net.elementBytes()}));
  applyOptimizer(entry, net.info, net.optimizer, net.parameters, gradients);
  entry.finish();
}

/// backward and apply in one function: the gradients never leave it.
static void buildStep(Network &net) {
  EntryBuilder entry(net.model, net.info, "step", "", Mode::Training);
  SmallVector<Value> gradients = differentiateObjectives(net, entry);
  reportLosses(net, entry);
  applyOptimizer(entry, net.info, net.optimizer, net.parameters, gradients);
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
    if (net.objectives.empty())
      return;
    buildBackward(net);
    if (!net.optimizer)
      return;
    buildApply(net);
    buildStep(net);
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
