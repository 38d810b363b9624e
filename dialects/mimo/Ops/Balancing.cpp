#include "mimo/Ops/Balancing.h"
#include "mimo/IR/Expr.h"
#include "mimo/IR/Inference.h"

#include <cmath>

using namespace mlir;
using namespace mlir::mimo;

using Exprs = SmallVector<Expr>;

//===- the parts that the rules share ---------------------------------------------------------------------------===//

static LogicalResult inferObjective(std::optional<Location> loc, StringRef rule, ValueRange losses, SmallVectorImpl<Type> &types) {
  if (losses.size() < 2)
    return refuse(loc, rule, "balances at least two losses, not " + Twine(losses.size()));
  auto type = cast<RankedTensorType>(losses[0].getType());
  for (Value loss : losses)
    if (loss.getType() != type || type.getRank() != 0 || !isa<FloatType>(type.getElementType()))
      return refuse(loc, rule, "takes numbers of one floating-point type, not " + describe(loss.getType()), loss);
  types.push_back(type);
  return success();
}

static Exprs exprsOf(OpBuilder &b, Location loc, ValueRange values) {
  return llvm::map_to_vector(values, [&](Value value) { return Expr(b, loc, value); });
}

template <class Range, class Function> static Expr sumOver(const Range &terms, Function &&function) {
  Expr total = function(0);
  for (size_t k = 1; k < terms.size(); ++k)
    total = total + function(k);
  return total;
}

/// Element i of a tensor of rank 1, as a tensor of one element.
static Expr elementOf(Expr x, int64_t i) {
  Builder &b = *x.builder;
  return x.emit("mimo.slice", {x.value}, {b.getNamedAttr("offsets", b.getDenseI64ArrayAttr({i})), b.getNamedAttr("sizes", b.getDenseI64ArrayAttr({1}))});
}
static Expr numberAt(Expr x, int64_t i) { return reshape(elementOf(x, i), x.type().clone(ArrayRef<int64_t>{})); }

/// Numbers as a tensor of rank 1.
static Expr joined(ArrayRef<Expr> numbers) {
  SmallVector<Value> parts;
  for (Expr number : numbers)
    parts.push_back(reshape(number, number.type().clone(ArrayRef<int64_t>{1})));
  return numbers[0].emit("mimo.concat", parts, {numbers[0].builder->getNamedAttr("axis", numbers[0].builder->getI64IntegerAttr(0))});
}

static Expr softmax(Expr x) {
  return x.emit("mimo.softmax", {x.value}, {x.builder->getNamedAttr("axis", x.builder->getI64IntegerAttr(0))});
}

static Expr weightedSum(ArrayRef<Expr> losses, Expr weights) {
  return sumOver(losses, [&](size_t k) { return numberAt(weights, k) * losses[k]; });
}

/// The cotangents of a sum with weights that count as constants.
static SmallVector<Value> weightedVjp(Expr g, size_t losses, Expr weights, ArrayRef<bool> needed) {
  SmallVector<Value> result(needed.size());
  for (size_t k = 0; k < losses; ++k)
    if (needed[k])
      result[k] = g * numberAt(weights, k);
  return result;
}

static LogicalResult requirePositive(Location loc, StringRef rule, StringRef name, double number) {
  if (number > 0 && std::isfinite(number))
    return success();
  return refuse(loc, rule, name + " must be positive, but is " + describe(number));
}

//===- uncertainty, imtl_l --------------------------------------------------------------------------------------===//

Signature UncertaintyOp::getSettings() { return {}; }
std::optional<BalancingState> UncertaintyOp::getKeptOfLoss() { return BalancingState{{}, "plain"}; }
Signature ImtlLOp::getSettings() { return {}; }
std::optional<BalancingState> ImtlLOp::getKeptOfLoss() { return BalancingState{{}, "plain"}; }

SmallVector<Value> UncertaintyOp::emitLinalg(OpBuilder &b) {
  Exprs losses = exprsOf(b, getLoc(), getLosses()), s = exprsOf(b, getLoc(), getState());
  return {sumOver(losses, [&](size_t k) { return (exp(-s[k]) * losses[k] + s[k]) * 0.5; })};
}

// dL_k = g 1/2 exp(-s_k),  ds_k = g 1/2 (1 - exp(-s_k) L_k)
SmallVector<Value> UncertaintyOp::emitVjp(OpBuilder &b, ValueRange cotangents, ArrayRef<bool> needed) {
  Exprs losses = exprsOf(b, getLoc(), getLosses()), s = exprsOf(b, getLoc(), getState());
  Expr g(b, getLoc(), cotangents[0]);
  SmallVector<Value> result(needed.size());
  for (size_t k = 0; k < losses.size(); ++k) {
    Expr precision = exp(-s[k]);
    if (needed[k])
      result[k] = g * precision * 0.5;
    if (needed[losses.size() + k])
      result[losses.size() + k] = g * (1.0 - precision * losses[k]) * 0.5;
  }
  return result;
}

SmallVector<Value> ImtlLOp::emitLinalg(OpBuilder &b) {
  Exprs losses = exprsOf(b, getLoc(), getLosses()), s = exprsOf(b, getLoc(), getState());
  return {sumOver(losses, [&](size_t k) { return exp(s[k]) * losses[k] - s[k]; })};
}

// dL_k = g exp(s_k),  ds_k = g (exp(s_k) L_k - 1)
SmallVector<Value> ImtlLOp::emitVjp(OpBuilder &b, ValueRange cotangents, ArrayRef<bool> needed) {
  Exprs losses = exprsOf(b, getLoc(), getLosses()), s = exprsOf(b, getLoc(), getState());
  Expr g(b, getLoc(), cotangents[0]);
  SmallVector<Value> result(needed.size());
  for (size_t k = 0; k < losses.size(); ++k) {
    Expr scale = exp(s[k]);
    if (needed[k])
      result[k] = g * scale;
    if (needed[losses.size() + k])
      result[losses.size() + k] = g * (scale * losses[k] - scale.constant(1));
  }
  return result;
}

//===- dwa ------------------------------------------------------------------------------------------------------===//

namespace {
/// The members of the state of a loss, and of an observation.
enum History { Mean, Count, Last, Before };
} // namespace
static constexpr int64_t kHistory = 4;
static constexpr int64_t kLongestPeriod = 1 << 24; // f32 counts that far

Signature DwaOp::getSettings() { return {{"temperature", FormalKind::Number, 2.0}, {"period", FormalKind::Integer}}; }
std::optional<BalancingState> DwaOp::getKeptOfLoss() { return BalancingState{{kHistory}, "dwa_history"}; }

LogicalResult DwaOp::verifySettings(Location loc, DictionaryAttr settings, size_t) {
  auto temperature = settings.getAs<FloatAttr>("temperature");
  auto period = settings.getAs<IntegerAttr>("period");
  if (!temperature || !period)
    return refuse(loc, "dwa", "needs a temperature and a period");
  if (period.getInt() < 1 || period.getInt() > kLongestPeriod)
    return refuse(loc, "dwa", "a period of " + Twine(period.getInt()) + " steps is outside 1 to " + Twine(kLongestPeriod));
  return requirePositive(loc, "dwa", "temperature", temperature.getValueAsDouble());
}

static Expr dwaWeights(Exprs histories, double temperature) {
  Exprs ratios;
  for (Expr history : histories) {
    Expr last = numberAt(history, Last), before = numberAt(history, Before);
    Expr isFirst = before.emit("mimo.eq", {before.value, before.constant(0).value});
    ratios.push_back(select(isFirst, 1.0, last / select(isFirst, 1.0, before)));
  }
  return softmax(joined(ratios) / temperature) * static_cast<double>(ratios.size());
}

SmallVector<Value> DwaOp::emitLinalg(OpBuilder &b) {
  Expr weights = dwaWeights(exprsOf(b, getLoc(), getState()), getTemperature().convertToDouble());
  return {weightedSum(exprsOf(b, getLoc(), getLosses()), weights)};
}

SmallVector<Value> DwaOp::emitVjp(OpBuilder &b, ValueRange cotangents, ArrayRef<bool> needed) {
  Exprs losses = exprsOf(b, getLoc(), getLosses()), histories = exprsOf(b, getLoc(), getState());
  Expr weights = dwaWeights(histories, getTemperature().convertToDouble());
  SmallVector<Value> result = weightedVjp(Expr(b, getLoc(), cotangents[0]), losses.size(), weights, needed);
  for (size_t k = 0; k < losses.size(); ++k)
    if (needed[losses.size() + k])
      result[losses.size() + k] = joined({losses[k], losses[k].constant(1), losses[k].constant(0), losses[k].constant(0)});
  return result;
}

LogicalResult DwaHistoryOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op, SmallVectorImpl<Type> &types) {
  auto type = cast<RankedTensorType>(op.getHistory().getType());
  if (type.getShape() != ArrayRef<int64_t>{kHistory} || op.getObservation().getType() != type)
    return refuse(loc, "dwa_history", "takes two tensors of " + Twine(kHistory) + " numbers, not " + describe(type) + " and " + describe(op.getObservation().getType()));
  types.push_back(type);
  return success();
}

// mean += (L - mean) / count; at the end of a period: before = last, last = mean. An observation may be a sum of several.
SmallVector<Value> DwaHistoryOp::emitLinalg(OpBuilder &b) {
  Expr history(b, getLoc(), getHistory()), observation(b, getLoc(), getObservation());
  auto of = [&](History member) { return elementOf(history, member); };
  Expr times = elementOf(observation, Count);
  Expr isSeen = times > 0.0;
  Expr loss = elementOf(observation, Mean) / select(isSeen, times, 1.0);
  Expr count = of(Count) + 1.0, mean = of(Mean) + (loss - of(Mean)) / count;
  Expr isOver = count >= static_cast<double>(getPeriod());
  SmallVector<Value> parts{select(isOver, 0.0, mean), select(isOver, 0.0, count), select(isOver, mean, of(Last)), select(isOver, of(Last), of(Before))};
  Expr updated = history.emit("mimo.concat", parts, {b.getNamedAttr("axis", b.getI64IntegerAttr(0))});
  return {select(isSeen, updated, history)};
}

//===- random ---------------------------------------------------------------------------------------------------===//

Signature RandomOp::getSettings() { return {}; }
bool RandomOp::isRandom() { return true; }

/// Equal where randomness is switched off.
static Expr randomWeights(Exprs losses, Value rng, IntegerAttr site) {
  Expr like = joined(losses);
  return softmax(like.emit("mimo.randn", {like.value, rng}, {like.builder->getNamedAttr("site", site)}));
}

SmallVector<Value> RandomOp::emitLinalg(OpBuilder &b) {
  Exprs losses = exprsOf(b, getLoc(), getLosses());
  return {weightedSum(losses, randomWeights(losses, getRng(), getSiteAttr()))};
}

SmallVector<Value> RandomOp::emitVjp(OpBuilder &b, ValueRange cotangents, ArrayRef<bool> needed) {
  Exprs losses = exprsOf(b, getLoc(), getLosses());
  return weightedVjp(Expr(b, getLoc(), cotangents[0]), losses.size(), randomWeights(losses, getRng(), getSiteAttr()), needed);
}

//===- geometric ------------------------------------------------------------------------------------------------===//

Signature GeometricOp::getSettings() { return {}; }

SmallVector<Value> GeometricOp::emitLinalg(OpBuilder &b) {
  Exprs losses = exprsOf(b, getLoc(), getLosses());
  return {exp(sumOver(losses, [&](size_t k) { return log(losses[k]); }) / static_cast<double>(losses.size()))};
}

// dL_k = g out / (K L_k); 0 where L_k = 0: a loss of which nothing is selected must not end the training.
SmallVector<Value> GeometricOp::emitVjp(OpBuilder &b, ValueRange cotangents, ArrayRef<bool> needed) {
  Exprs losses = exprsOf(b, getLoc(), getLosses());
  Expr g(b, getLoc(), cotangents[0]), out(b, getLoc(), getOut());
  SmallVector<Value> result(needed.size());
  for (auto [k, loss] : llvm::enumerate(losses)) {
    Expr isZero = loss.emit("mimo.eq", {loss.value, loss.constant(0).value});
    if (needed[k])
      result[k] = g * select(isZero, 0.0, out / select(isZero, 1.0, loss)) / static_cast<double>(losses.size());
  }
  return result;
}

//===- tchebycheff ----------------------------------------------------------------------------------------------===//

Signature TchebycheffOp::getSettings() {
  return {{"mu", FormalKind::Number, 1.0}, {"weights", FormalKind::Numbers, {}, /*optional=*/true}, {"ideal", FormalKind::Numbers, {}, /*optional=*/true}};
}

LogicalResult TchebycheffOp::verifySettings(Location loc, DictionaryAttr settings, size_t losses) {
  for (StringRef name : {"weights", "ideal"}) {
    auto numbers = settings.getAs<DenseF64ArrayAttr>(name);
    if (numbers && static_cast<size_t>(numbers.size()) != losses)
      return refuse(loc, "tchebycheff", name + " are " + Twine(numbers.size()) + " numbers for " + Twine(losses) + " losses");
  }
  if (auto weights = settings.getAs<DenseF64ArrayAttr>("weights"))
    for (double weight : weights.asArrayRef())
      if (failed(requirePositive(loc, "tchebycheff", "a weight", weight)))
        return failure();
  auto mu = settings.getAs<FloatAttr>("mu");
  return requirePositive(loc, "tchebycheff", "mu", mu ? mu.getValueAsDouble() : 0);
}

/// weights_k (L_k - ideal_k) / mu, and the factor of L_k in it. The weights are 1 / K by default.
static std::pair<Exprs, SmallVector<double>> exponentsOf(TchebycheffOp op, Exprs losses) {
  Exprs exponents;
  SmallVector<double> factors;
  for (auto [k, loss] : llvm::enumerate(losses)) {
    double weight = op.getWeights() ? (*op.getWeights())[k] : 1.0 / static_cast<double>(losses.size());
    double ideal = op.getIdeal() ? (*op.getIdeal())[k] : 0.0;
    factors.push_back(weight / op.getMu().convertToDouble());
    exponents.push_back((ideal == 0 ? loss : loss - loss.constant(ideal)) * factors.back());
  }
  return {exponents, factors};
}

// max + log sum exp(y - max), which does not overflow
SmallVector<Value> TchebycheffOp::emitLinalg(OpBuilder &b) {
  Exprs y = exponentsOf(*this, exprsOf(b, getLoc(), getLosses())).first;
  Expr max = y[0];
  for (Expr other : ArrayRef(y).drop_front())
    max = select(other.emit("mimo.gt", {other.value, max.value}), other, max);
  Expr total = sumOver(y, [&](size_t k) { return exp(y[k] - max); });
  return {(log(total) + max) * getMu().convertToDouble()};
}

// dL_k = g weights_k softmax(y)_k
SmallVector<Value> TchebycheffOp::emitVjp(OpBuilder &b, ValueRange cotangents, ArrayRef<bool> needed) {
  auto [y, factors] = exponentsOf(*this, exprsOf(b, getLoc(), getLosses()));
  Expr g(b, getLoc(), cotangents[0]), shares = softmax(joined(y));
  SmallVector<Value> result(needed.size());
  for (size_t k = 0; k < y.size(); ++k)
    if (needed[k])
      result[k] = g * numberAt(shares, k) * (factors[k] * getMu().convertToDouble());
  return result;
}

#define GET_OP_CLASSES
#include "mimo/Ops/Balancing.cpp.inc"
