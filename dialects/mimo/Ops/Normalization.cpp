#include "mimo/Ops/Normalization.h"
#include "mimo/IR/Axes.h"
#include "mimo/IR/Scalar.h"
#include "mimo/Ops/Softmax.h"

using namespace mlir;
using namespace mlir::mimo;

static RankedTensorType tensorType(Value value) { return cast<RankedTensorType>(value.getType()); }

//===- softmax, softmin, log_softmax ----------------------------------------------------------------------------===//

static Signature softmaxSignature() { return {{"x", FormalKind::Tensor}, {"axis", FormalKind::Integer, int64_t(-1)}}; }
Signature SoftmaxOp::getSignature() { return softmaxSignature(); }
Signature SoftminOp::getSignature() { return softmaxSignature(); }
Signature LogSoftmaxOp::getSignature() { return softmaxSignature(); }

static LogicalResult inferAlongAxis(std::optional<Location> loc, StringRef op, Value x, int64_t axis, SmallVectorImpl<Type> &types) {
  return failed(requireAxes(loc, op, axis, x)) ? failure() : inferFloatUnary(loc, op, x, types);
}
LogicalResult SoftmaxOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op, SmallVectorImpl<Type> &types) {
  return inferAlongAxis(loc, "softmax", op.getX(), op.getAxis(), types);
}
LogicalResult SoftminOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op, SmallVectorImpl<Type> &types) {
  return inferAlongAxis(loc, "softmin", op.getX(), op.getAxis(), types);
}
LogicalResult LogSoftmaxOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op, SmallVectorImpl<Type> &types) {
  return inferAlongAxis(loc, "log_softmax", op.getX(), op.getAxis(), types);
}

// y = softmax(x):  dx = y * (g - sum(g * y))
static Expr softmaxVjp(Expr g, Expr y, int64_t axis) {
  return y * (g - sum(g * y, {axisOf(axis, y.type().getRank())}, /*keepDims=*/true));
}
SmallVector<Value> SoftmaxOp::emitVjp(OpBuilder &builder, ValueRange cotangents, ArrayRef<bool> needed) {
  if (!needed[0])
    return {nullptr};
  Expr g(builder, getLoc(), cotangents[0]), y(builder, getLoc(), getOut());
  return {softmaxVjp(g, y, getAxis())};
}
SmallVector<Value> SoftminOp::emitVjp(OpBuilder &builder, ValueRange cotangents, ArrayRef<bool> needed) {
  if (!needed[0])
    return {nullptr};
  Expr g(builder, getLoc(), cotangents[0]), y(builder, getLoc(), getOut());
  return {-softmaxVjp(g, y, getAxis())};
}
// y = log softmax(x):  dx = g - softmax(x) * sum(g)
SmallVector<Value> LogSoftmaxOp::emitVjp(OpBuilder &builder, ValueRange cotangents, ArrayRef<bool> needed) {
  if (!needed[0])
    return {nullptr};
  Expr g(builder, getLoc(), cotangents[0]), y(builder, getLoc(), getOut());
  return {g - exp(y) * sum(g, {axisOf(getAxis(), y.type().getRank())}, /*keepDims=*/true)};
}

SoftmaxParts mimo::emitSoftmaxParts(OpBuilder &b, Location loc, Value x, int64_t axis) {
  RankedTensorType type = tensorType(x);
  Type element = type.getElementType();
  double lowest = -std::numeric_limits<double>::infinity();
  Value max = reduce(b, loc, x, axis, element, lowest, [](OpBuilder &inner, Location where, ValueRange args) -> Value {
    return arith::MaximumFOp::create(inner, where, args[1], args[0]);
  });
  Value maxes = keepAxis(b, loc, max, axis);
  Value exps = elementwise(b, loc, type, {x, maxes}, [](OpBuilder &inner, Location where, ValueRange args) -> Value {
    return exp(Scalar(inner, where, args[0]) - Scalar(inner, where, args[1]));
  });
  Value sum = reduce(b, loc, exps, axis, element, 0, [](OpBuilder &inner, Location where, ValueRange args) -> Value {
    return arith::AddFOp::create(inner, where, args[1], args[0]);
  });
  return {max, exps, sum};
}

Value mimo::keepAxis(OpBuilder &b, Location loc, Value reduced, int64_t axis) {
  SmallVector<int64_t> shape(tensorType(reduced).getShape());
  shape.insert(shape.begin() + axis, 1);
  return reshapeTensor(b, loc, reduced, tensorType(reduced).clone(shape));
}

SmallVector<Value> SoftmaxOp::emitLinalg(OpBuilder &b) {
  int64_t axis = axisOf(getAxis(), tensorType(getX()).getRank());
  SoftmaxParts parts = emitSoftmaxParts(b, getLoc(), getX(), axis);
  Value sums = keepAxis(b, getLoc(), parts.sum, axis);
  return {elementwise(b, getLoc(), tensorType(getOut()), {parts.exps, sums}, [](OpBuilder &inner, Location loc, ValueRange args) -> Value {
    return arith::DivFOp::create(inner, loc, args[0], args[1]);
  })};
}

SmallVector<Value> SoftminOp::emitLinalg(OpBuilder &b) {
  Expr negated = -Expr(b, getLoc(), getX());
  return {negated.emit("mimo.softmax", negated.value, b.getNamedAttr("axis", getAxisAttr()))};
}

SmallVector<Value> LogSoftmaxOp::emitLinalg(OpBuilder &b) {
  int64_t axis = axisOf(getAxis(), tensorType(getX()).getRank());
  SoftmaxParts parts = emitSoftmaxParts(b, getLoc(), getX(), axis);
  Value maxes = keepAxis(b, getLoc(), parts.max, axis), sums = keepAxis(b, getLoc(), parts.sum, axis);
  Expr logs = log(Expr(b, getLoc(), sums));
  return {elementwise(b, getLoc(), tensorType(getOut()), {getX(), maxes, logs}, [](OpBuilder &inner, Location loc, ValueRange args) -> Value {
    return Scalar(inner, loc, args[0]) - Scalar(inner, loc, args[1]) - Scalar(inner, loc, args[2]);
  })};
}

//===- l2_normalize ---------------------------------------------------------------------------------------------===//

Signature L2NormalizeOp::getSignature() {
  return {{"x", FormalKind::Tensor}, {"axis", FormalKind::Integers, SmallVector<int64_t>{-1}}, {"eps", FormalKind::Number, 1e-12}};
}

LogicalResult L2NormalizeOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op, SmallVectorImpl<Type> &types) {
  if (op.getEps().isNegative() || op.getEps().isNaN())
    return refuse(loc, "l2_normalize", "'eps' is " + describe(op.getEps().convertToDouble()) + "; it must not be negative");
  if (failed(requireAxes(loc, "l2_normalize", op.getAxis(), op.getX())))
    return failure();
  return inferFloatUnary(loc, "l2_normalize", op.getX(), types);
}

static Expr lengthOf(Expr x, ArrayRef<int64_t> axes) { return sqrt(sum(x * x, axes, /*keepDims=*/true)); }
static Expr atLeast(Expr x, double least) { return select(x < x.constant(least), least, x); }

SmallVector<Value> L2NormalizeOp::emitLinalg(OpBuilder &b) {
  Expr x(b, getLoc(), getX());
  return {x / atLeast(lengthOf(x, axesOf(getAxis(), x.type().getRank())), getEps().convertToDouble())};
}

// y = x / n, n = ||x||:  dx = (g - y sum(g y)) / n. Below eps n is constant: dx = g / eps.
SmallVector<Value> L2NormalizeOp::emitVjp(OpBuilder &builder, ValueRange cotangents, ArrayRef<bool> needed) {
  if (!needed[0])
    return {nullptr};
  Expr g(builder, getLoc(), cotangents[0]), x(builder, getLoc(), getX()), y(builder, getLoc(), getOut());
  SmallVector<int64_t> axes = axesOf(getAxis(), x.type().getRank());
  double eps = getEps().convertToDouble();
  Expr n = lengthOf(x, axes);
  Expr along = select(n < n.constant(eps), 0.0, sum(g * y, axes, /*keepDims=*/true));
  return {(g - y * along) / atLeast(n, eps)};
}

#define GET_OP_CLASSES
#include "mimo/Ops/Normalization.cpp.inc"
