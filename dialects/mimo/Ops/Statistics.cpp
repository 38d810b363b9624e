#include "mimo/Ops/Statistics.h"
#include "mimo/IR/Axes.h"

#include <cmath>

using namespace mlir;
using namespace mlir::mimo;

static RankedTensorType tensorType(Value value) { return cast<RankedTensorType>(value.getType()); }
static constexpr double kInfinity = std::numeric_limits<double>::infinity();

static LogicalResult inferFloatReduction(std::optional<Location> loc, StringRef op, Value x, ArrayRef<int64_t> axes, bool keep,
                                         SmallVectorImpl<Type> &types) {
  if (!isa<FloatType>(tensorType(x).getElementType()))
    return refuse(loc, op, "takes a floating-point tensor, not " + describe(x.getType()), x);
  return inferReduction(loc, op, x, axes, keep, types);
}

//===- variance, std --------------------------------------------------------------------------------------------===//

static Signature deviationSignature() {
  Signature signature = reductionSignature();
  signature.push_back({"correction", FormalKind::Number, 1.0});
  return signature;
}
Signature VarianceOp::getSignature() { return deviationSignature(); }
Signature StdOp::getSignature() { return deviationSignature(); }

LogicalResult VarianceOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op, SmallVectorImpl<Type> &types) {
  return inferFloatReduction(loc, "variance", op.getX(), op.getAxis(), op.getKeepdim(), types);
}
LogicalResult StdOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op, SmallVectorImpl<Type> &types) {
  return inferFloatReduction(loc, "std", op.getX(), op.getAxis(), op.getKeepdim(), types);
}

/// n - correction, not below 0; rank 0. Of too few elements the variance is 0 / 0.
static Expr degreesOfFreedom(Expr x, ArrayRef<int64_t> axes, double correction) {
  Expr n = sizeOf(x, axes) - correction;
  return n.emit("mimo.relu", n.value);
}

static Expr emitVariance(Expr x, ArrayRef<int64_t> axes, bool keep, double correction) {
  Expr centred = x - mean(x, axes, /*keep=*/true);
  return sum(centred * centred, axes, keep) / degreesOfFreedom(x, axes, correction);
}

/// v = sum (x - mean)^2 / d:  dx = 2 / d * g * (x - mean); what flows through the mean adds up to 0.
static Value varianceVjp(Expr g, Expr x, ArrayRef<int64_t> axes, bool keep, double correction) {
  Expr centred = x - mean(x, axes, /*keep=*/true);
  return spread(2.0 / degreesOfFreedom(x, axes, correction) * g, x, axes, keep) * centred;
}

SmallVector<Value> VarianceOp::emitLinalg(OpBuilder &b) {
  Expr x(b, getLoc(), getX());
  return {emitVariance(x, axesOf(getAxis(), x.type().getRank()), getKeepdim(), getCorrection().convertToDouble())};
}
SmallVector<Value> VarianceOp::emitVjp(OpBuilder &builder, ValueRange cotangents, ArrayRef<bool> needed) {
  if (!needed[0])
    return {nullptr};
  Expr g(builder, getLoc(), cotangents[0]), x(builder, getLoc(), getX());
  return {varianceVjp(g, x, axesOf(getAxis(), x.type().getRank()), getKeepdim(), getCorrection().convertToDouble())};
}

SmallVector<Value> StdOp::emitLinalg(OpBuilder &b) {
  Expr x(b, getLoc(), getX());
  return {sqrt(emitVariance(x, axesOf(getAxis(), x.type().getRank()), getKeepdim(), getCorrection().convertToDouble()))};
}
// s = sqrt(v):  dv = g / (2 s), and 0 where s = 0, as in PyTorch.
SmallVector<Value> StdOp::emitVjp(OpBuilder &builder, ValueRange cotangents, ArrayRef<bool> needed) {
  if (!needed[0])
    return {nullptr};
  Expr g(builder, getLoc(), cotangents[0]), x(builder, getLoc(), getX()), out(builder, getLoc(), getOut());
  Expr ofVariance = select(equal(out, 0.0), 0.0, g / (out + out));
  return {varianceVjp(ofVariance, x, axesOf(getAxis(), x.type().getRank()), getKeepdim(), getCorrection().convertToDouble())};
}

//===- norm -----------------------------------------------------------------------------------------------------===//

Signature NormOp::getSignature() {
  return {{"x", FormalKind::Tensor},
          {"p", FormalKind::Number, 2.0, /*optional=*/false, /*words=*/{}, /*infinite=*/true},
          {"axis", FormalKind::Integers, SmallVector<int64_t>{}},
          {"keepdim", FormalKind::Flag, false}};
}

LogicalResult NormOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op, SmallVectorImpl<Type> &types) {
  return inferFloatReduction(loc, "norm", op.getX(), op.getAxis(), op.getKeepdim(), types);
}

static Expr power(Expr x, double exponent) {
  return x.emit("mimo.pow", {x.value}, {x.builder->getNamedAttr("exponent", x.builder->getF64FloatAttr(exponent))});
}

SmallVector<Value> NormOp::emitLinalg(OpBuilder &b) {
  Expr x(b, getLoc(), getX());
  SmallVector<int64_t> axes = axesOf(getAxis(), x.type().getRank());
  double p = getP().convertToDouble();
  bool keep = getKeepdim();
  if (p == 2)
    return {sqrt(sum(x * x, axes, keep))};
  if (p == 1)
    return {sum(abs(x), axes, keep)};
  if (p == 0)
    return {sum(convert(x.emit("mimo.ne", {x.value, x.constant(0)}), x.type().getElementType()), axes, keep)};
  if (std::isinf(p))
    return {reduceBy(p > 0 ? "mimo.max" : "mimo.min", abs(x), axes, keep)};
  return {power(sum(power(abs(x), p), axes, keep), 1 / p)};
}

/// The largest (p = inf) or smallest |x|: its cotangent is shared equally by the elements that have it.
static Expr extremeNormVjp(Expr g, Expr x, Expr y, ArrayRef<int64_t> axes) {
  Expr isNan = x.emit("mimo.isnan", x.value), isExtreme = equal(abs(x), y);
  Expr chosen = convert(isExtreme.emit("mimo.or", {isExtreme.value, isNan.value}), x.type().getElementType());
  return sign(x) * (chosen * (g / sum(chosen, axes, /*keepDims=*/true)));
}

// y = (sum |x|^p)^(1/p):  dx = g * sign(x) |x|^(p - 1) / y^(p - 1), and 0 where y = 0.
SmallVector<Value> NormOp::emitVjp(OpBuilder &builder, ValueRange cotangents, ArrayRef<bool> needed) {
  if (!needed[0])
    return {nullptr};
  Expr x(builder, getLoc(), getX()), g(builder, getLoc(), cotangents[0]), out(builder, getLoc(), getOut());
  SmallVector<int64_t> axes = axesOf(getAxis(), x.type().getRank());
  double p = getP().convertToDouble();
  if (p == 0)
    return {zerosLike(x)};
  if (p == 1)
    return {sign(x) * spread(g, x, axes, getKeepdim())};
  if (std::isinf(p))
    return {extremeNormVjp(spread(g, x, axes, getKeepdim()), x, spread(out, x, axes, getKeepdim()), axes)};
  Expr scale = select(equal(out, 0.0), 0.0, g / (p == 2 ? out : power(out, p - 1)));
  Expr slope = p == 2 ? x : sign(x) * power(abs(x), p - 1);
  if (p < 1)
    slope = select(equal(x, 0.0), 0.0, slope);
  return {slope * spread(scale, x, axes, getKeepdim())};
}

//===- logsumexp ------------------------------------------------------------------------------------------------===//

Signature LogsumexpOp::getSignature() { return reductionSignature(); }

LogicalResult LogsumexpOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op, SmallVectorImpl<Type> &types) {
  return inferFloatReduction(loc, "logsumexp", op.getX(), op.getAxis(), op.getKeepdim(), types);
}

// y = m + log sum exp(x - m) for m = max(x), or 0 where that is infinite: x - m would be NaN.
SmallVector<Value> LogsumexpOp::emitLinalg(OpBuilder &b) {
  Expr x(b, getLoc(), getX());
  SmallVector<int64_t> axes = axesOf(getAxis(), x.type().getRank());
  Expr max = reduceBy("mimo.max", x, axes, /*keep=*/true);
  Expr shift = select(equal(abs(max), kInfinity), 0.0, max);
  Expr total = sum(exp(x - shift), axes, getKeepdim());
  return {log(total) + reshape(shift, tensorType(getOut()))};
}

// dx = g * softmax(x) = g * exp(x - y)
SmallVector<Value> LogsumexpOp::emitVjp(OpBuilder &builder, ValueRange cotangents, ArrayRef<bool> needed) {
  if (!needed[0])
    return {nullptr};
  Expr x(builder, getLoc(), getX()), g(builder, getLoc(), cotangents[0]), out(builder, getLoc(), getOut());
  SmallVector<int64_t> axes = axesOf(getAxis(), x.type().getRank());
  return {spread(g, x, axes, getKeepdim()) * exp(x - spread(out, x, axes, getKeepdim()))};
}

#define GET_OP_CLASSES
#include "mimo/Ops/Statistics.cpp.inc"
