#include "mimo/Ops/Metric.h"
#include "mimo/IR/Inference.h"
#include "mimo/IR/Scalar.h"
#include "mimo/Ops/Classes.h"

using namespace mlir;
using namespace mlir::mimo;

static RankedTensorType tensorType(Value value) { return cast<RankedTensorType>(value.getType()); }

//===- positives ------------------------------------------------------------------------------------------------===//

static constexpr int64_t kNoClass = -1;

namespace {
/// 1 where the prediction and where the target is positive, 0 elsewhere.
struct Positives {
  Expr predicted, actual;
};
} // namespace

/// Numbers above the threshold and targets above one half; or, of classes, one against the rest.
static Positives positives(OpBuilder &builder, Location loc, Value prediction, Value target, double threshold, int64_t chosen) {
  Expr x(builder, loc, prediction), t(builder, loc, target);
  Type element = x.type().getElementType();
  if (chosen == kNoClass)
    return {convert(x > threshold, element), convert(t > 0.5, element)}; // for whole numbers t > 0
  Expr same = zerosLike(t);
  same = same.emit("mimo.add", {same.value, same.constant(chosen).value});
  return {x.emit("mimo.accuracy", {x.value, same.value}), convert(t.emit("mimo.eq", {t.value, t.constant(chosen).value}), element)};
}

/// Whole numbers that say whether something is positive are 0 or 1; classes lie below their number.
static SmallVector<IndexBound> boundsOfPositives(Value prediction, Value target) {
  RankedTensorType type = tensorType(prediction);
  if (!isIndexTensor(target))
    return {};
  return {{1, type.getShape() == tensorType(target).getShape() ? 2 : type.getShape().back()}};
}

//===- accuracy -------------------------------------------------------------------------------------------------===//

Signature AccuracyOp::getSignature() {
  return {{"prediction", FormalKind::Tensor}, {"target", FormalKind::Tensor}, {"axis", FormalKind::Integer, int64_t(-1)},
          {"threshold", FormalKind::Number, 0.0}};
}
CallContext AccuracyOp::getCallContext() { return CallContext::Metric; }

/// A target for each number: 0 or 1. Otherwise it is a class for each row.
static bool isBinary(Value prediction, Value target) { return tensorType(prediction).getShape() == tensorType(target).getShape(); }

static LogicalResult inferBinary(std::optional<Location> loc, StringRef op, Value prediction, Value target, SmallVectorImpl<Type> &types) {
  if (!isa<FloatType>(tensorType(prediction).getElementType()))
    return refuse(loc, op, "prediction " + describe(prediction.getType()) + " must be floating-point", prediction);
  if (tensorType(target).getElementType().isInteger(1))
    return refuse(loc, op, "target " + describe(target.getType()) + " must hold the numbers 0 and 1", target);
  types.push_back(prediction.getType());
  return success();
}

LogicalResult AccuracyOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op, SmallVectorImpl<Type> &types) {
  if (isBinary(op.getPrediction(), op.getTarget()))
    return inferBinary(loc, "accuracy", op.getPrediction(), op.getTarget(), types);
  return inferClasses(loc, "accuracy", op.getPrediction(), op.getTarget(), op.getAxis(), types);
}

SmallVector<IndexBound> AccuracyOp::getIndexBounds() {
  RankedTensorType type = tensorType(getPrediction());
  if (isBinary(getPrediction(), getTarget()))
    return boundsOfPositives(getPrediction(), getTarget());
  return {{1, type.getDimSize(axisOf(getAxis(), type))}};
}

// The index of the first maximum is the least index among those of the maximum; rows of NaN have none.
SmallVector<Value> AccuracyOp::emitLinalg(OpBuilder &b) {
  Location loc = getLoc();
  if (isBinary(getPrediction(), getTarget())) {
    auto [p, t] = positives(b, loc, getPrediction(), getTarget(), getThreshold().convertToDouble(), kNoClass);
    return {convert(p.emit("mimo.eq", {p.value, t.value}), p.type().getElementType())};
  }
  RankedTensorType logits = tensorType(getPrediction());
  int64_t axis = axisOf(getAxis(), logits);
  Type i64 = b.getI64Type();
  double lowest = -std::numeric_limits<double>::infinity();
  Value max = reduce(b, loc, getPrediction(), axis, logits.getElementType(), lowest, [](OpBuilder &inner, Location where, ValueRange args) -> Value {
    return arith::MaximumFOp::create(inner, where, args[1], args[0]);
  });
  double classes = static_cast<double>(logits.getDimSize(axis));
  Value candidates = elementwise(b, loc, logits.clone(i64), {getPrediction(), keepAxis(b, loc, max, axis)},
                                 [&](OpBuilder &inner, Location where, ValueRange args) -> Value {
    Scalar x(inner, where, args[0]);
    Value column = arith::IndexCastOp::create(inner, where, i64, linalg::IndexOp::create(inner, where, axis));
    return select(equal(x, x.with(args[1])), x.with(column), classes);
  });
  Value first = reduce(b, loc, candidates, axis, i64, classes, [](OpBuilder &inner, Location where, ValueRange args) -> Value {
    return arith::MinSIOp::create(inner, where, args[1], args[0]);
  });
  return {elementwise(b, loc, tensorType(getOut()), {first, getTarget()}, [&](OpBuilder &inner, Location where, ValueRange args) -> Value {
    Value label = args[1].getType() == i64 ? args[1] : Value(arith::ExtSIOp::create(inner, where, i64, args[1]));
    Value hit = arith::CmpIOp::create(inner, where, arith::CmpIPredicate::eq, args[0], label);
    return arith::UIToFPOp::create(inner, where, logits.getElementType(), hit);
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

SmallVector<IndexBound> TopKOp::getIndexBounds() {
  RankedTensorType type = tensorType(getPrediction());
  return {{1, type.getDimSize(axisOf(getAxis(), type))}};
}

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

//===- precision, recall, f1 ------------------------------------------------------------------------------------===//

static Signature positivesSignature() {
  return {{"prediction", FormalKind::Tensor}, {"target", FormalKind::Tensor}, {"threshold", FormalKind::Number, 0.0},
          {"class_index", FormalKind::Integer, kNoClass}};
}

static LogicalResult inferPositives(std::optional<Location> loc, StringRef op, Value prediction, Value target, SmallVectorImpl<Type> &types) {
  if (isBinary(prediction, target))
    return inferBinary(loc, op, prediction, target, types);
  return inferClasses(loc, op, prediction, target, std::nullopt, types);
}

static LogicalResult verifyPositives(Location loc, StringRef op, Value prediction, Value target, int64_t chosen) {
  bool binary = isBinary(prediction, target);
  if (binary && chosen != kNoClass)
    return refuse(loc, op, "class_index is for classes; the target " + describe(target.getType()) + " says 0 or 1 for each number");
  int64_t classes = binary ? 0 : tensorType(prediction).getShape().back();
  if (!binary && (chosen < 0 || chosen >= classes))
    return refuse(loc, op, "of " + Twine(classes) + " classes one is compared with the rest: say which, class_index = 0 to " + Twine(classes - 1));
  return success();
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
