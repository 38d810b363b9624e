// Losses and metrics: unreduced values, what is selected, weights, the reduction. And the bounds of integer tensors, which
// are checked where they are selected only.
#include "Lowering.h"

#include "mimo/IR/Expr.h"
#include "mimo/IR/Objectives.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/StringSwitch.h"
#include "mlir/IR/OperationSupport.h"

namespace mimoc {

using namespace ast;
using mlir::mimo::Reduction;

//===- Clauses -----------------------------------------------------------------------------------------------------===//

static std::optional<Reduction> reductionCalled(llvm::StringRef name) {
  return llvm::StringSwitch<std::optional<Reduction>>(name)
      .Case("mean", Reduction::Mean)
      .Case("sum", Reduction::Sum)
      .Case("batch_mean", Reduction::BatchMean)
      .Case("weighted_mean", Reduction::WeightedMean)
      .Default(std::nullopt);
}

std::optional<Reduction> Lowering::lowerReduction(const ScoreStmt &stmt) {
  if (!stmt.reduction)
    return Reduction::Mean;
  const Name &name = *stmt.reduction;
  std::optional<Reduction> reduction = reductionCalled(name.text);
  if (!reduction)
    error(name.range, "unknown reduction '" + name.text + "'; there are mean, sum, batch_mean and weighted_mean")
        .didYouMean(name.text, {"mean", "sum", "batch_mean", "weighted_mean"});
  if (reduction != Reduction::WeightedMean || stmt.weight)
    return reduction;
  error(name.range, "weighted_mean divides by the sum of the weights; there is no 'weight' clause");
  return std::nullopt;
}

/// The tensor of a `where` (a condition) or `weight` (numbers); null where there is no such clause, nothing after an error.
std::optional<mlir::Value> Lowering::lowerClause(const ExprPtr &expr, llvm::StringRef keyword, Scope &scope) {
  if (!expr)
    return mlir::Value();
  Datum datum = evaluate(*expr, {scope, scope.part});
  if (datum.failed())
    return std::nullopt;
  bool wantsCondition = keyword == "where";
  mlir::Type wanted = wantsCondition ? mlir::Type(network.builder.getI1Type()) : network.precision();
  mlir::Value value = datum.asTensor() ? datum.asTensor() : network.constant(network.locationOf(expr->range), datum, wanted);
  if (value && mlir::getElementTypeOrSelf(value.getType()) == wanted)
    return value;
  llvm::StringRef what = wantsCondition ? "a condition, like label >= 0" : "numbers";
  error(expr->range, "'" + keyword + "' takes " + what + ", not " + datum.describe());
  return std::nullopt;
}

/// Whether `shape`, trailing 1s aside, is a leading part of `whole`.
static bool isLeadingPart(llvm::ArrayRef<int64_t> shape, llvm::ArrayRef<int64_t> whole) {
  while (!shape.empty() && shape.back() == 1 && (shape.size() > whole.size() || whole[shape.size() - 1] != 1))
    shape = shape.drop_back();
  return shape.size() <= whole.size() && shape == whole.take_front(shape.size());
}

static llvm::ArrayRef<int64_t> shapeOf(mlir::Value value) {
  return llvm::cast<mlir::RankedTensorType>(value.getType()).getShape();
}

bool Lowering::fitsValues(llvm::StringRef clause, const ExprPtr &expr, mlir::Value factor, mlir::Value values) {
  if (!factor || isLeadingPart(shapeOf(factor), shapeOf(values)))
    return true;
  std::string given = mlir::mimo::describe(factor.getType()), wanted = mlir::mimo::describe(values.getType());
  Diagnostic &misfit =
      error(expr->range, "'" + clause + "' is " + given + ", which does not fit the values of the loss, " + wanted);
  misfit.note("it must have their shape or a leading part of it");
  noteOrigins(misfit, factor);
  return false;
}

//===- loss and metric ---------------------------------------------------------------------------------------------===//

/// Whether these are the results of the operation and nothing else.
static bool areResultsOf(mlir::Operation *op, const Datum &datum) {
  const Datum::List *list = datum.asList();
  return list && list->size() == op->getNumResults() &&
         llvm::all_of(llvm::zip(*list, op->getResults()), [](auto pair) { return std::get<0>(pair).asTensor() == std::get<1>(pair); });
}

/// The unreduced values, or what a metric that keeps states counts; null after an error.
mlir::Value Lowering::lowerValues(const ScoreStmt &stmt, const Score &score, Scope &scope) {
  llvm::StringRef name = stmt.name.text;
  Naming naming{Naming::Weights::UnderLabels, name.str(), name.str(), {}, false};
  Datum datum = evaluate(*stmt.value, {scope, naming, &score});
  if (score.keeper && areResultsOf(score.keeper, datum))
    return llvm::cast<mlir::mimo::KeepsStates>(score.keeper).getCounted();
  if (score.keeper && !datum.failed()) {
    std::string op = score.keeper->getName().stripDialect().str();
    error(stmt.value->range, op + " is made of sums over all that is evaluated: nothing can be computed from it here")
        .note("let it be the whole of the metric: 'metric " + name + " = " + op + "(...)'");
    return {};
  }
  mlir::Value values = datum.asTensor();
  if (values && llvm::isa<mlir::FloatType>(mlir::getElementTypeOrSelf(values.getType())))
    return values;
  if (!datum.failed())
    error(stmt.value->range, "'" + name + "' must be made of floating-point values, not " + datum.describe());
  return {};
}

/// What each value counts for in a mean; null where each counts for 1, nothing after an error.
std::optional<mlir::Value> Lowering::countsOf(const ScoreStmt &stmt, const Score &score, mlir::Value values) {
  mlir::Value counts;
  for (mlir::Operation *op : score.weighing) {
    mlir::Value own = llvm::cast<mlir::mimo::WeighsValues>(op).emitCounts(network.builder);
    if (own && (counts || shapeOf(own) != shapeOf(values))) {
      error(stmt.value->range, "class weights decide what a mean divides by, so a loss with them is a statement of its own")
          .note("give each a 'loss' and add them in 'minimize'");
      return std::nullopt;
    }
    counts = own ? own : counts;
  }
  return counts;
}

/// A metric whose operator keeps states: nothing is left to reduce.
void Lowering::lowerKeeper(const ScoreStmt &stmt, const Score &score) {
  auto keeper = llvm::cast<mlir::mimo::KeepsStates>(score.keeper);
  std::string op = score.keeper->getName().stripDialect().str();
  bool fits = fitsValues("where", stmt.where, score.mask, keeper.getCounted());
  fits &= fitsValues("weight", stmt.weight, score.weight, keeper.getCounted());
  if (stmt.reduction && stmt.reduction->text != "weighted_mean") {
    error(stmt.reduction->range, op + " is made of sums over all that is evaluated, which nothing reduces further")
        .note("leave 'reduce " + stmt.reduction->text.str() + "' out");
    return;
  }
  if (!fits)
    return;
  mlir::OpBuilder &b = network.builder;
  mlir::mimo::MetricOp::create(b, network.locationOf(stmt.name.range), stmt.name.text, keeper.getRule(),
                               b.getStrArrayAttr(keeper.getFields()), score.keeper->getResults());
}

void Lowering::lowerScore(const ScoreStmt &stmt, Scope &scope) {
  bool isLoss = stmt.score == ScoreKind::Loss;
  std::optional<mlir::Value> mask = lowerClause(stmt.where, "where", scope);
  std::optional<mlir::Value> weight = lowerClause(stmt.weight, "weight", scope);
  std::optional<Reduction> reduction = lowerReduction(stmt);
  Score score{stmt.score, mask.value_or(mlir::Value()), weight.value_or(mlir::Value())};
  mlir::Value values = lowerValues(stmt, score, scope);
  bool isNew = define(scope, stmt.name, isLoss ? NameKind::Loss : NameKind::Metric, Datum());
  if (isLoss && isNew)
    losses.try_emplace(stmt.name.text, mlir::mimo::LossOp());
  if (!mask || !weight || !reduction || !values || !isNew)
    return;
  if (score.keeper)
    return lowerKeeper(stmt, score);
  bool fits = fitsValues("where", stmt.where, *mask, values);
  fits &= fitsValues("weight", stmt.weight, *weight, values);
  bool hasBatch = !shapeOf(values).empty() && mlir::ShapedType::isDynamic(shapeOf(values)[0]);
  if (reduction == Reduction::BatchMean && !hasBatch) {
    error(stmt.reduction->range,
          "batch_mean divides by the batch; the values have none: " + mlir::mimo::describe(values.getType()));
    fits = false;
  }
  std::optional<mlir::Value> counts = countsOf(stmt, score, values);
  if (!fits || !counts)
    return;
  mlir::OpBuilder &b = network.builder;
  mlir::Location location = network.locationOf(stmt.name.range);
  auto reduced = mlir::mimo::buildReducedLoss(b, location, {values, *mask, *weight, *counts}, *reduction);
  if (mlir::failed(reduced))
    return;
  llvm::StringRef name = stmt.name.text;
  if (isLoss)
    losses[name] = mlir::mimo::LossOp::create(b, location, name, reduced->value, reduced->sum, reduced->divisor);
  else
    mlir::mimo::MetricOp::create(b, location, name, "ratio", b.getStrArrayAttr({"sum", "divisor"}), {reduced->sum, reduced->divisor});
}

//===- Bounds ------------------------------------------------------------------------------------------------------===//

static mlir::RankedTensorType typeOf(mlir::Value value) { return llvm::cast<mlir::RankedTensorType>(value.getType()); }

/// Whether the op stands for a loss or a metric, whose operands `where` may have masked.
static bool isScore(mlir::Operation *op) {
  auto source = llvm::dyn_cast<mlir::mimo::FromSource>(op);
  return source && source.getCallContext() != mlir::mimo::CallContext::Network;
}

void Lowering::noteScore(mlir::Value result, llvm::ArrayRef<mlir::Value> operands, const Use &use, const Score *score) {
  mlir::Operation *op = result.getDefiningOp();
  if (auto indices = llvm::dyn_cast<mlir::mimo::TakesIndices>(op); indices && isScore(op))
    for (mlir::mimo::IndexBound index : indices.getIndexBounds())
      requireBound(operands[index.operand], limitOf(index), score ? score->mask : mlir::Value(), network.locationOf(use.callee.range));
  if (score && llvm::isa<mlir::mimo::WeighsValues>(op))
    score->weighing.push_back(op);
}

/// The input or target that a value is, or is computed from.
static mlir::Operation *portBehind(mlir::Value value) {
  llvm::SmallVector<mlir::Operation *> open{value.getDefiningOp()};
  llvm::SmallPtrSet<mlir::Operation *, 8> seen;
  while (!open.empty()) {
    mlir::Operation *op = open.pop_back_val();
    if (llvm::isa<mlir::mimo::InputOp, mlir::mimo::TargetOp>(op))
      return op;
    for (mlir::Value operand : op->getOperands())
      if (seen.insert(operand.getDefiningOp()).second)
        open.push_back(operand.getDefiningOp());
  }
  return nullptr;
}

/// Whether nothing but whole numbers and conditions takes part in the value: what the caller's data alone decide, at little
/// cost.
static bool isCountedOnly(mlir::Value value) {
  llvm::SetVector<mlir::Value> cone;
  cone.insert(value);
  for (size_t i = 0; i < cone.size(); ++i) {
    if (!typeOf(cone[i]).getElementType().isInteger())
      return false;
    cone.insert(cone[i].getDefiningOp()->operand_begin(), cone[i].getDefiningOp()->operand_end());
  }
  return true;
}

void Lowering::requireIndexBounds(mlir::Operation *first, const Context &context) {
  struct Demand {
    mlir::Value indices;
    Limit limit;
    mlir::Location location;
    llvm::StringRef name;
  };
  std::vector<Demand> demands;
  for (mlir::Operation *op = first; op; op = op->getNextNode())
    if (auto indexing = llvm::dyn_cast<mlir::mimo::TakesIndices>(op); indexing && !isScore(op))
      for (mlir::mimo::IndexBound index : indexing.getIndexBounds())
        demands.push_back({op->getOperand(index.operand), limitOf(index), op->getLoc(), op->getName().stripDialect()});
  for (const Demand &demand : demands) {
    // The batch may be counted off by what belongs to samples without being one: the graph that a node is of.
    llvm::StringRef own = mlir::mimo::runTimeDim(demand.indices.getType());
    if (demand.limit.dim == mlir::mimo::kBatchName.str() && (own.empty() || own == mlir::mimo::kBatchName))
      mlir::emitError(demand.location) << demand.name << ": " << mlir::mimo::describe(demand.indices.getType())
                                       << " would pick samples by an index, and samples do not depend on one another";
    if (!isCountedOnly(demand.indices))
      continue;
    mlir::Value mask = context.score ? context.score->mask : mlir::Value();
    bool selects = mask && isLeadingPart(shapeOf(mask), shapeOf(demand.indices));
    requireBound(demand.indices, demand.limit, selects ? mask : mlir::Value(), demand.location);
  }
}

/// Whether two values are computed alike: two statements that write the same `where` mean the same check.
static bool computedAlike(mlir::Value a, mlir::Value b, unsigned &budget) {
  if (a == b)
    return true;
  if (!a || !b || budget == 0)
    return false;
  --budget;
  mlir::Operation *x = a.getDefiningOp(), *y = b.getDefiningOp();
  return !llvm::isa<mlir::mimo::InputOp, mlir::mimo::TargetOp>(x) &&
         mlir::OperationEquivalence::isEquivalentTo(
             x, y, [&](mlir::Value p, mlir::Value q) { return mlir::success(computedAlike(p, q, budget)); },
             /*markEquivalent=*/nullptr, mlir::OperationEquivalence::IgnoreLocations);
}

/// A mask with trailing 1s until it has the rank of what it masks.
static mlir::Value alignMask(mlir::OpBuilder &builder, mlir::Value mask, mlir::Value values, mlir::Location location) {
  llvm::SmallVector<int64_t> shape(shapeOf(mask).take_front(typeOf(values).getRank()));
  shape.resize(typeOf(values).getRank(), 1);
  return mlir::mimo::reshape(mlir::mimo::Expr(builder, location, mask), typeOf(mask).clone(shape));
}

Lowering::Limit Lowering::limitBy(llvm::StringRef dim) {
  return {network.boundOf(dim).value_or(std::numeric_limits<int64_t>::max()), dim.str()};
}

Lowering::Limit Lowering::limitOf(const mlir::mimo::IndexBound &index) {
  if (index.dim.empty())
    return {index.bound, ""};
  if (index.dim != mlir::mimo::kBatchName)
    network.countOffBy(index.dim);
  return limitBy(index.dim);
}

/// Whether values below `narrow` are below `wide`, whatever the run-time sizes are.
bool Lowering::implies(const Limit &narrow, const Limit &wide) {
  return wide.dim.empty() ? narrow.number <= wide.number : narrow.dim == wide.dim;
}

void Lowering::requireBound(mlir::Value values, Limit limit, mlir::Value mask, mlir::Location location) {
  mlir::Operation *port = portBehind(values);
  if (!port || (mask && !isLeadingPart(shapeOf(mask), shapeOf(values)))) // the misfit is reported with the clause
    return;
  if (port == values.getDefiningOp()) {
    Bound &declared = bounds[port];
    // Of two limits the narrower one; where neither implies the other, both are checked.
    if (declared.limit.number > 0 && implies(declared.limit, limit))
      limit = declared.limit;
    declared.checked |= implies(limit, declared.limit);
  }
  constexpr unsigned kComparedOps = 64;
  for (mlir::mimo::CheckOp check : checks) {
    unsigned budget = kComparedOps;
    auto size = check.getSize() ? check.getSize().getDefiningOp<mlir::mimo::DimOp>() : mlir::mimo::DimOp();
    Limit checked{static_cast<int64_t>(check.getBound()), size ? size.getName().str() : ""};
    bool implied = check.getValues() == values && implies(checked, limit);
    if (implied && (!check.getMask() || (mask && computedAlike(check.getMask(), mask, budget))))
      return;
  }
  if (mask)
    mask = alignMask(network.builder, mask, values, location);
  mlir::Value size = limit.dim.empty() ? mlir::Value() : network.sizeOf(limit.dim);
  auto name = port->getAttrOfType<mlir::StringAttr>("name");
  checks.push_back(mlir::mimo::CheckOp::create(network.builder, location, name.getValue(), limit.number, values, mask, size));
}

void Lowering::requireDeclaredBounds() {
  llvm::SmallVector<std::pair<mlir::Operation *, Bound>> open;
  for (const auto &[port, declared] : bounds)
    if (declared.limit.number > 0 && !declared.checked)
      open.push_back({port, declared});
  for (const auto &[port, declared] : open)
    requireBound(port->getResult(0), declared.limit, nullptr, port->getLoc());
}

} // namespace mimoc
