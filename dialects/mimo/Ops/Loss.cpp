#include "mimo/Ops/Loss.h"
#include "mimo/IR/Expr.h"
#include "mimo/IR/Inference.h"
#include "mimo/IR/Scalar.h"
#include "mimo/Ops/Classes.h"

#include <cmath>

using namespace mlir;
using namespace mlir::mimo;

static RankedTensorType tensorType(Value value) { return cast<RankedTensorType>(value.getType()); }

//===- elementwise ----------------------------------------------------------------------------------------------===//

static Scalar smoothL1(Scalar d, double beta) {
  Scalar size = abs(d);
  return select(size < beta, d * d * (0.5 / beta), size - 0.5 * beta);
}

/// The derivative of smooth_l1: d / beta inside, sign(d) outside.
static Expr smoothL1Slope(Expr d, double beta) {
  Expr inside = abs(d).emit("mimo.lt", {abs(d).value, d.constant(beta).value});
  return select(inside, d / beta, sign(d));
}

LogicalResult SmoothL1Op::verify() {
  double beta = getBeta().convertToDouble();
  if (beta >= 0)
    return success();
  return refuse(getLoc(), "smooth_l1", "beta " + describe(beta) + " is negative; 0 makes it l1");
}

static Scalar huber(Scalar d, double delta) {
  Scalar size = abs(d);
  return select(size < delta, d * d * 0.5, (size - 0.5 * delta) * delta);
}

/// The derivative of huber: d inside, delta sign(d) outside.
static Expr huberSlope(Expr d, double delta) { return select(abs(d) < d.constant(delta), d, sign(d) * delta); }

LogicalResult HuberOp::verify() {
  double delta = getDelta().convertToDouble();
  if (delta > 0)
    return success();
  return refuse(getLoc(), "huber", "delta " + describe(delta) + " is not positive; the loss without a square is l1");
}

/// cosh d = 1 + 2 sinh(d / 2)^2 does not cancel near 0; far from it |d| - log 2 + log(1 + e^(-2 |d|)) does not overflow.
static Scalar logCosh(Scalar d) {
  Scalar size = abs(d), half = sinh(minimum(size, 1.0) * 0.5);
  return select(size < 1.0, log1p(half * half * 2.0), size - std::log(2.0) + log1p(exp(size * -2.0)));
}

static Expr logCoshSlope(Expr d) { return d.emit("mimo.tanh", d.value); }

/// NaN passes through.
static Expr atLeast(Expr x, double least) { return select(x < x.constant(least), least, x); }

static Scalar hingeEmbedding(Scalar x, Scalar t, double margin) {
  Scalar apart = select(equal(t, t.constant(1)), 0.0, maximum(margin - x, x.constant(0)));
  return apart + select(equal(t, t.constant(-1)), 0.0, x);
}

static Expr hingeEmbeddingSlope(Expr x, Expr t, double margin) {
  Expr isSame = t.emit("mimo.eq", {t.value, t.constant(1).value}), isOther = t.emit("mimo.eq", {t.value, t.constant(-1).value});
  Expr apart = select(isSame, 0.0, select(x <= margin, x.constant(-1), x.constant(0)));
  return apart + select(isOther, 0.0, x.constant(1));
}

//===- likelihoods ----------------------------------------------------------------------------------------------===//

static constexpr double kTwoPi = 6.283185307179586;

static Scalar poisson(Scalar x, Scalar t, bool logInput, bool full, double eps) {
  Scalar value = logInput ? exp(x) - t * x : x - t * log(x + eps);
  if (!full)
    return value;
  Scalar stirling = t * log(t) - t + log(t * kTwoPi) * 0.5;
  return value + select(t <= 1.0, 0.0, stirling);
}

/// The derivative of poisson by the target.
static Expr poissonSlope(Expr x, Expr t, bool logInput, bool full, double eps) {
  Expr slope = -(logInput ? x : log(x + eps));
  return full ? slope + select(t <= 1.0, 0.0, log(t) + 0.5 / t) : slope;
}

Signature GaussianNllOp::getSignature() {
  return {{"prediction", FormalKind::Tensor}, {"target", FormalKind::Tensor}, {"variance", FormalKind::Tensor},
          {"full", FormalKind::Flag, false}, {"eps", FormalKind::Number, 1e-6}};
}
CallContext GaussianNllOp::getCallContext() { return CallContext::Loss; }

LogicalResult GaussianNllOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op, SmallVectorImpl<Type> &types) {
  if (failed(inferElementwiseLoss(loc, "gaussian_nll", op.getPrediction(), op.getTarget(), types)))
    return failure();
  RankedTensorType values = tensorType(op.getPrediction()), variance = tensorType(op.getVariance());
  auto shape = broadcastShapes(std::nullopt, "gaussian_nll", values, variance);
  if (variance.getElementType() == values.getElementType() && succeeded(shape) && values.getShape() == ArrayRef(*shape))
    return success();
  return refuse(loc, "gaussian_nll", "variance " + describe(variance) + " must have the shape of the prediction " +
                                         describe(values) + ", or sizes of 1 in it", op.getVariance());
}

LogicalResult GaussianNllOp::verify() {
  double eps = getEps().convertToDouble();
  if (eps > 0)
    return success();
  return refuse(getLoc(), "gaussian_nll", "eps " + describe(eps) + " is not positive: a variance of 0 has no logarithm");
}

SmallVector<Value> GaussianNllOp::emitLinalg(OpBuilder &b) {
  double eps = getEps().convertToDouble(), constant = getFull() ? 0.5 * std::log(kTwoPi) : 0;
  return {elementwise(b, getLoc(), tensorType(getOut()), getOperands(), [&](OpBuilder &inner, Location loc, ValueRange args) -> Value {
    Scalar x(inner, loc, args[0]), t(inner, loc, args[1]), given(inner, loc, args[2]);
    Scalar v = maximum(given, given.constant(eps)), d = x - t;
    Scalar value = (log(v) + d * d / v) * 0.5;
    return getFull() ? value + constant : value;
  })};
}

// The bound of the variance is no part of the derivative, as in PyTorch: dl/dv = (1/v - (x - t)^2 / v^2) / 2 with v bounded.
SmallVector<Value> GaussianNllOp::emitVjp(OpBuilder &builder, ValueRange cotangents, ArrayRef<bool> needed) {
  Expr g(builder, getLoc(), cotangents[0]), x(builder, getLoc(), getPrediction()), t(builder, getLoc(), getTarget());
  Expr given(builder, getLoc(), getVariance()), v = atLeast(given, getEps().convertToDouble()), d = x - t;
  Expr slope = g * (d / v);
  Value dx = needed[0] ? Value(slope) : nullptr, dt = needed[1] ? Value(-slope) : nullptr;
  Value dv = needed[2] ? Value(sumTo(g * (0.5 / v - d * d * 0.5 / (v * v)), given.type())) : nullptr;
  return {dx, dt, dv};
}

//===- bce_with_logits ------------------------------------------------------------------------------------------===//

Signature BceWithLogitsOp::getSignature() {
  return {{"prediction", FormalKind::Tensor}, {"target", FormalKind::Tensor}, {"pos_weight", FormalKind::Numbers, SmallVector<double>{}}};
}
CallContext BceWithLogitsOp::getCallContext() { return CallContext::Loss; }

LogicalResult BceWithLogitsOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op, SmallVectorImpl<Type> &types) {
  return inferElementwiseLoss(loc, "bce_with_logits", op.getPrediction(), op.getTarget(), types);
}

LogicalResult BceWithLogitsOp::verify() {
  RankedTensorType logits = tensorType(getPrediction());
  int64_t count = getPosWeight().size(), last = logits.getRank() ? logits.getShape().back() : 1;
  if (count <= 1 || count == last)
    return success();
  return refuse(getLoc(), "bce_with_logits", "pos_weight has " + Twine(count) + " numbers; it takes one, or one for each of the last axis of " +
                                                 describe(logits));
}

/// pos_weight beside the logits; only where there is one.
static Expr positiveWeight(Expr like, ArrayRef<double> weights) {
  return weights.size() == 1 ? like.constant(weights.front()) : like.table(weights);
}

// -t log s(x) - (1 - t) log(1 - s(x)) in the form that neither overflows nor cancels: max(x, 0) - x t + log1p(e^-|x|); with a
// weight w of the positives (1 - t) x + (1 + (w - 1) t) (max(-x, 0) + log1p(e^-|x|)).
SmallVector<Value> BceWithLogitsOp::emitLinalg(OpBuilder &b) {
  SmallVector<Value> inputs(getOperands());
  if (!getPosWeight().empty())
    inputs.push_back(positiveWeight(Expr(b, getLoc(), getPrediction()), getPosWeight()));
  return {elementwise(b, getLoc(), tensorType(getOut()), inputs, [](OpBuilder &inner, Location loc, ValueRange args) -> Value {
    Scalar x(inner, loc, args[0]), t(inner, loc, args[1]);
    if (args.size() == 2)
      return maximum(x, x.constant(0.0)) - x * t + log1p(exp(-abs(x)));
    Scalar scale = (x.with(args[2]) - 1.0) * t + 1.0;
    return (1.0 - t) * x + scale * (maximum(-x, x.constant(0.0)) + log1p(exp(-abs(x))));
  })};
}

// dx = s(x) - t; with a weight of the positives (1 + (w - 1) t) s(x) - w t.
SmallVector<Value> BceWithLogitsOp::emitVjp(OpBuilder &builder, ValueRange cotangents, ArrayRef<bool> needed) {
  Expr g(builder, getLoc(), cotangents[0]), x(builder, getLoc(), getPrediction()), t(builder, getLoc(), getTarget());
  if (getPosWeight().empty())
    return {needed[0] ? Value(g * (sigmoid(x) - t)) : nullptr, needed[1] ? Value(-(g * x)) : nullptr};
  Expr w = positiveWeight(x, getPosWeight());
  Value dx = needed[0] ? Value(g * (((w - 1.0) * t + 1.0) * sigmoid(x) - w * t)) : nullptr;
  Expr softplus = log(exp(-abs(x)) + 1.0) + atLeast(-x, 0);
  Value dt = needed[1] ? Value(g * ((w - 1.0) * softplus - x)) : nullptr;
  return {dx, dt};
}


//===- first_out_of_range ---------------------------------------------------------------------------------------===//

LogicalResult FirstOutOfRangeOp::inferReturnTypes(MLIRContext *context, std::optional<Location> loc, Adaptor op, SmallVectorImpl<Type> &types) {
  RankedTensorType values = tensorType(op.getValues());
  if (!values.getElementType().isInteger(32) && !values.getElementType().isInteger(64))
    return refuse(loc, "first_out_of_range", "takes i32 or i64, not " + describe(values), op.getValues());
  if (Value mask = op.getMask()) {
    auto shape = broadcastShapes(loc, "first_out_of_range", values, mask.getType());
    if (failed(shape))
      return failure();
    if (values.getShape() != ArrayRef(*shape) || !tensorType(mask).getElementType().isInteger(1))
      return refuse(loc, "first_out_of_range", "the mask " + describe(mask.getType()) + " does not select from " + describe(values), mask);
  }
  types.push_back(RankedTensorType::get({}, IntegerType::get(context, 64)));
  return success();
}

/// Larger than any index.
static constexpr double kNone = 4611686018427387904.0; // 2^62

/// The row-major index of the element that the enclosing elementwise body computes.
static Value linearIndex(OpBuilder &b, Location loc, RankedTensorType type) {
  Value linear = arith::ConstantIndexOp::create(b, loc, 0);
  for (int64_t i = 0; i < type.getRank(); ++i) {
    if (i > 0)
      linear = arith::MulIOp::create(b, loc, linear, arith::ConstantIndexOp::create(b, loc, type.getDimSize(i)));
    linear = arith::AddIOp::create(b, loc, linear, linalg::IndexOp::create(b, loc, i));
  }
  return arith::IndexCastOp::create(b, loc, b.getI64Type(), linear);
}

SmallVector<Value> FirstOutOfRangeOp::emitLinalg(OpBuilder &b) {
  Location loc = getLoc();
  RankedTensorType type = tensorType(getValues());
  bool isInt64 = type.getElementType().isInteger(64);
  Value offenders = elementwise(b, loc, type.clone(b.getI64Type()), getOperands(), [&](OpBuilder &inner, Location where, ValueRange args) -> Value {
    Scalar value(inner, where, args[0]);
    Scalar bad = value < 0.0;
    int64_t bound = getBound();
    if (getSize()) { // compared as i64, which every size is
      Value wide = isInt64 ? value.value : Value(arith::ExtSIOp::create(inner, where, inner.getI64Type(), value.value));
      bad = logicalOr(bad, Scalar(inner, where, wide) >= Scalar(inner, where, args.back()));
    } else if (isInt64 || llvm::isInt<32>(bound)) // no i32 reaches a larger bound
      bad = logicalOr(bad, value >= value.with(arith::ConstantIntOp::create(inner, where, value.value.getType(), bound)));
    if (getMask())
      bad = logicalAnd(bad, bad.with(args[1]));
    return select(bad, Scalar(inner, where, linearIndex(inner, where, type)), kNone);
  });
  Value first = reduce(b, loc, offenders, llvm::to_vector(llvm::seq<int64_t>(0, type.getRank())), b.getI64Type(), kNone,
                       [](OpBuilder &inner, Location where, ValueRange args) -> Value {
    return arith::MinSIOp::create(inner, where, args[1], args[0]);
  });
  return {elementwise(b, loc, tensorType(getOut()), first, [](OpBuilder &inner, Location where, ValueRange args) -> Value {
    Scalar index(inner, where, args[0]);
    return select(index >= kNone, -1.0, index);
  })};
}

#define GET_OP_CLASSES
#include "mimo/Ops/Loss.cpp.inc"
