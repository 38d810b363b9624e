#include "mimo/Ops/Normalization.h"
#include "mimo/IR/Expr.h"
#include "mimo/IR/Inference.h"
#include "mimo/IR/Scalar.h"
#include "mimo/Ops/Softmax.h"

using namespace mlir;
using namespace mlir::mimo;

static RankedTensorType tensorType(Value value) { return cast<RankedTensorType>(value.getType()); }

Signature SoftmaxOp::getSignature() { return {{"x", FormalKind::Tensor}, {"axis", FormalKind::Integer, int64_t(-1)}}; }

static int64_t axisOf(int64_t axis, RankedTensorType type) { return axis < 0 ? axis + type.getRank() : axis; }

LogicalResult SoftmaxOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op, SmallVectorImpl<Type> &types) {
  RankedTensorType type = tensorType(op.getX());
  int64_t given = op.getAxis(), axis = axisOf(given, type);
  if (axis < 0 || axis >= type.getRank())
    return refuse(loc, "softmax", "axis " + Twine(given) + " does not exist in " + describe(type), op.getX());
  return inferFloatUnary(loc, "softmax", op.getX(), types);
}

// y = softmax(x):  dx = y * (g - sum(g * y))
SmallVector<Value> SoftmaxOp::emitVjp(OpBuilder &builder, ValueRange cotangents, ArrayRef<bool> needed) {
  if (!needed[0])
    return {nullptr};
  Expr g(builder, getLoc(), cotangents[0]), y(builder, getLoc(), getOut());
  return {y * (g - sum(g * y, {axisOf(getAxis(), tensorType(getX()))}, /*keepDims=*/true))};
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
  int64_t axis = axisOf(getAxis(), tensorType(getX()));
  SoftmaxParts parts = emitSoftmaxParts(b, getLoc(), getX(), axis);
  Value sums = keepAxis(b, getLoc(), parts.sum, axis);
  return {elementwise(b, getLoc(), tensorType(getOut()), {parts.exps, sums}, [](OpBuilder &inner, Location loc, ValueRange args) -> Value {
    return arith::DivFOp::create(inner, loc, args[0], args[1]);
  })};
}

#define GET_OP_CLASSES
#include "mimo/Ops/Normalization.cpp.inc"
