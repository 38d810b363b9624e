#include "mimo/Ops/Metric.h"
#include "mimo/IR/Inference.h"
#include "mimo/IR/Scalar.h"
#include "mimo/Ops/Predictions.h"

using namespace mlir;
using namespace mlir::mimo;

static RankedTensorType tensorType(Value value) { return cast<RankedTensorType>(value.getType()); }

//===- Predictions and targets (Predictions.h) ---------------------------------------------------------------------===//

bool mimo::isBinary(Value prediction, Value target) { return tensorType(prediction).getShape() == tensorType(target).getShape(); }

LogicalResult mimo::inferBinary(std::optional<Location> loc, StringRef op, Value prediction, Value target, SmallVectorImpl<Type> &types) {
  if (!isa<FloatType>(tensorType(prediction).getElementType()))
    return refuse(loc, op, "prediction " + describe(prediction.getType()) + " must be floating-point", prediction);
  if (tensorType(target).getElementType().isInteger(1))
    return refuse(loc, op, "target " + describe(target.getType()) + " must hold the numbers 0 and 1", target);
  types.push_back(prediction.getType());
  return success();
}

SmallVector<IndexBound> mimo::boundsOfTarget(Value prediction, Value target, int64_t axis) {
  if (!isIndexTensor(target))
    return {};
  return {{1, isBinary(prediction, target) ? 2 : tensorType(prediction).getDimSize(axis)}};
}

Expr mimo::isPositive(Expr target) { return target > 0.5; }

// The index of the first maximum is the least index among those of the maximum.
Expr mimo::firstMaximum(Expr logits, int64_t axis) {
  OpBuilder &b = *logits.builder;
  Location loc = logits.loc;
  Type element = logits.type().getElementType(), i64 = b.getI64Type();
  double lowest = -std::numeric_limits<double>::infinity();
  Value max = reduce(b, loc, logits, axis, element, lowest, [](OpBuilder &inner, Location where, ValueRange args) -> Value {
    return arith::MaximumFOp::create(inner, where, args[1], args[0]);
  });
  double classes = static_cast<double>(logits.type().getDimSize(axis));
  Value candidates = elementwise(b, loc, logits.type().clone(i64), {logits, keepAxis(b, loc, max, axis)},
                                 [&](OpBuilder &inner, Location where, ValueRange args) -> Value {
    Scalar x(inner, where, args[0]);
    Value column = arith::IndexCastOp::create(inner, where, i64, linalg::IndexOp::create(inner, where, axis));
    return select(equal(x, x.with(args[1])), x.with(column), classes);
  });
  return Expr(b, loc, reduce(b, loc, candidates, axis, i64, classes, [](OpBuilder &inner, Location where, ValueRange args) -> Value {
    return arith::MinSIOp::create(inner, where, args[1], args[0]);
  }));
}

//===- accuracy -------------------------------------------------------------------------------------------------===//

Signature AccuracyOp::getSignature() {
  return {{"prediction", FormalKind::Tensor}, {"target", FormalKind::Tensor}, {"axis", FormalKind::Integer, int64_t(-1)},
          {"threshold", FormalKind::Number, 0.0}};
}
CallContext AccuracyOp::getCallContext() { return CallContext::Metric; }

LogicalResult AccuracyOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op, SmallVectorImpl<Type> &types) {
  if (isBinary(op.getPrediction(), op.getTarget()))
    return inferBinary(loc, "accuracy", op.getPrediction(), op.getTarget(), types);
  return inferClasses(loc, "accuracy", op.getPrediction(), op.getTarget(), op.getAxis(), types);
}

SmallVector<IndexBound> AccuracyOp::getIndexBounds() {
  return boundsOfTarget(getPrediction(), getTarget(), axisOf(getAxis(), tensorType(getPrediction())));
}

SmallVector<Value> AccuracyOp::emitLinalg(OpBuilder &b) {
  Location loc = getLoc();
  Expr prediction(b, loc, getPrediction());
  if (isBinary(getPrediction(), getTarget())) {
    Expr p = convert(prediction > getThreshold().convertToDouble(), prediction.type().getElementType());
    return {convert(equal(p, convert(isPositive(Expr(b, loc, getTarget())), p.type().getElementType())), p.type().getElementType())};
  }
  Expr first = firstMaximum(prediction, axisOf(getAxis(), prediction.type()));
  return {elementwise(b, loc, tensorType(getOut()), {first, getTarget()}, [&](OpBuilder &inner, Location where, ValueRange args) -> Value {
    Value label = args[1].getType() == args[0].getType() ? args[1] : Value(arith::ExtSIOp::create(inner, where, args[0].getType(), args[1]));
    Value hit = arith::CmpIOp::create(inner, where, arith::CmpIPredicate::eq, args[0], label);
    return arith::UIToFPOp::create(inner, where, prediction.type().getElementType(), hit);
  })};
}

//===- top_k ----------------------------------------------------------------------------------------------------===//

Signature TopKOp::getSignature() {
  return {{"prediction", FormalKind::Tensor}, {"target", FormalKind::Tensor}, {"k", FormalKind::Integer, int64_t(5)},
          {"axis", FormalKind::Integer, int64_t(-1)}};
}
CallContext TopKOp::getCallContext() { return CallContext::Metric; }

LogicalResult TopKOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op, SmallVectorImpl<Type> &types) {
  return inferClasses(loc, "top_k", op.getPrediction(), op.getTarget(), op.getAxis(), types);
}

LogicalResult TopKOp::verify() {
  RankedTensorType type = tensorType(getPrediction());
  int64_t k = getK(), classes = type.getDimSize(axisOf(getAxis(), type));
  if (k >= 1 && k <= classes)
    return success();
  return refuse(getLoc(), "top_k", "k is " + Twine(k) + ", and there are " + Twine(classes) + " classes");
}

SmallVector<IndexBound> TopKOp::getIndexBounds() { return boundsOfLabels(getPrediction(), getTarget(), getAxis()); }

// The label's place among the logits, counted from 0; a logit that is NaN has none.
SmallVector<Value> TopKOp::emitLinalg(OpBuilder &b) {
  Location loc = getLoc();
  Expr x(b, loc, getPrediction());
  int64_t axis = axisOf(getAxis(), x.type());
  Type element = x.type().getElementType();
  Expr own = sum(select(oneHotLike(x, getTarget(), axis) > 0.5, x, 0.0), {axis}, /*keepDims=*/true);
  Value before = elementwise(b, loc, x.type(), {x, own, keepAxis(b, loc, getTarget(), axis)}, [&](OpBuilder &inner, Location where, ValueRange args) -> Value {
    Scalar logit(inner, where, args[0]), label(inner, where, args[1]), index(inner, where, args[2]);
    Scalar column = index.with(arith::IndexCastOp::create(inner, where, args[2].getType(), linalg::IndexOp::create(inner, where, axis)));
    Scalar ahead = logicalOr(label < logit, logicalAnd(equal(logit, label), column < index));
    ahead = logicalOr(ahead, notEqual(label, label));
    return arith::UIToFPOp::create(inner, where, element, ahead);
  });
  Expr place = sum(Expr(b, loc, before), {axis});
  return {convert(place.emit("mimo.lt", {place.value, place.constant(getK()).value}), element)};
}

//===- mae ------------------------------------------------------------------------------------------------------===//

Signature MaeOp::getSignature() { return {{"prediction", FormalKind::Tensor}, {"target", FormalKind::Tensor}}; }
CallContext MaeOp::getCallContext() { return CallContext::Metric; }
LogicalResult MaeOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op, SmallVectorImpl<Type> &types) {
  return inferElementwiseLoss(loc, "mae", op.getPrediction(), op.getTarget(), types);
}
SmallVector<Value> MaeOp::emitLinalg(OpBuilder &b) {
  return {elementwise(b, getLoc(), tensorType(getOut()), getOperands(), [](OpBuilder &inner, Location loc, ValueRange args) -> Value {
    return abs(Scalar(inner, loc, args[0]) - Scalar(inner, loc, args[1]));
  })};
}

#define GET_OP_CLASSES
#include "mimo/Ops/Metric.cpp.inc"
