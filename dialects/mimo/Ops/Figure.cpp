#include "mimo/Ops/Figure.h"
#include "mimo/IR/Inference.h"
#include "mimo/IR/Objectives.h"
#include "mimo/Ops/Predictions.h"

using namespace mlir;
using namespace mlir::mimo;

static RankedTensorType tensorType(Value value) { return cast<RankedTensorType>(value.getType()); }
static int64_t lastAxis(Value value) { return std::max<int64_t>(tensorType(value).getRank() - 1, 0); }

static RankedTensorType statesOf(MLIRContext *context, ArrayRef<int64_t> shape) { return RankedTensorType::get(shape, Float64Type::get(context)); }
static Expr toDouble(Expr x) { return x.type().getElementType().isF64() ? x : convert(x, x.builder->getF64Type()); }

//===- What the figures share -----------------------------------------------------------------------------------===//

/// The op of this name: prediction, target and what its elements count, from the call's `where` and `weight`.
static FailureOr<SmallVector<Value>> buildFigure(CallSite &call, StringRef op, const Signature &signature) {
  OpBuilder &b = call.builder();
  SmallVector<NamedAttribute> attributes;
  for (const Formal &formal : signature)
    if (formal.kind != FormalKind::Tensor)
      attributes.push_back(b.getNamedAttr(formal.name, attributeFor(call, formal)));
  SmallVector<Value> operands = {call.tensor("prediction"), call.tensor("target")};
  // The target has the elements that are counted: a class for each row, or a number for each number.
  if (Value counts = buildCounts(b, call.loc(), operands[1], call.selection(), call.weight()))
    operands.push_back(counts);
  FailureOr<Operation *> made = buildOperation(b, call.loc(), op, operands, attributes);
  if (failed(made))
    return failure();
  return SmallVector<Value>((*made)->getResults());
}

/// How much each element of `like` counts, of its shape or with sizes of 1 in it and, for classes, one dimension less.
static Expr countsBeside(Expr like, Value counts) {
  if (!counts)
    return like.constant(1);
  Expr factor = toDouble(Expr(*like.builder, like.loc, counts));
  SmallVector<int64_t> shape(factor.type().getShape());
  shape.resize(like.type().getRank(), 1);
  return reshape(factor, factor.type().clone(shape));
}

/// Numbers that can stand beside `counted`: of its rank and sizes, or 1.
static LogicalResult verifyCounts(std::optional<Location> loc, StringRef op, Value counts, Value counted) {
  if (!counts)
    return success();
  RankedTensorType type = tensorType(counts), whole = tensorType(counted);
  bool fits = isa<FloatType>(type.getElementType()) && type.getRank() == whole.getRank();
  for (int64_t i = 0; fits && i < type.getRank(); ++i)
    fits = type.getDimSize(i) == 1 || type.getDimSize(i) == whole.getDimSize(i);
  return fits ? success() : refuse(loc, op, "counts " + describe(type) + " do not stand beside the target " + describe(whole), counts);
}

/// The sums of x over all axes, or over all but the last: `outputs` numbers.
static Value sumRows(Expr x, bool keepLast) {
  SmallVector<int64_t> axes = llvm::to_vector(llvm::seq<int64_t>(0, x.type().getRank() - keepLast));
  return axes.empty() ? x : sum(x, axes);
}

//===- rmse -----------------------------------------------------------------------------------------------------===//

static Signature pairSignature() { return {{"prediction", FormalKind::Tensor}, {"target", FormalKind::Tensor}}; }

/// Prediction and target of one shape and floating-point type.
static LogicalResult verifyPair(std::optional<Location> loc, StringRef op, Value prediction, Value target, Value counts) {
  SmallVector<Type> values;
  if (failed(inferElementwiseLoss(loc, op, prediction, target, values)))
    return failure();
  return verifyCounts(loc, op, counts, target);
}

Signature RmseOp::getSignature() { return pairSignature(); }
CallContext RmseOp::getCallContext() { return CallContext::Metric; }
FailureOr<SmallVector<Value>> RmseOp::buildResultsFromCall(CallSite &call) { return buildFigure(call, getOperationName(), getSignature()); }
SmallVector<StringRef> RmseOp::getFields() { return {"sum", "divisor"}; }
StringRef RmseOp::getRule() { return "root"; }
Value RmseOp::getCounted() { return getTarget(); }

LogicalResult RmseOp::inferReturnTypes(MLIRContext *context, std::optional<Location> loc, Adaptor op, SmallVectorImpl<Type> &types) {
  types.assign(2, statesOf(context, {}));
  return verifyPair(loc, "rmse", op.getPrediction(), op.getTarget(), op.getCounts());
}

SmallVector<Value> RmseOp::emitLinalg(OpBuilder &b) {
  Expr d = toDouble(Expr(b, getLoc(), getPrediction())) - toDouble(Expr(b, getLoc(), getTarget()));
  Expr counts = countsBeside(d, getCounts());
  return {sumRows(d * d * counts, false), sumRows(zerosLike(d) + counts, false)};
}

//===- r2 -------------------------------------------------------------------------------------------------------===//

Signature R2Op::getSignature() { return pairSignature(); }
CallContext R2Op::getCallContext() { return CallContext::Metric; }
FailureOr<SmallVector<Value>> R2Op::buildResultsFromCall(CallSite &call) { return buildFigure(call, getOperationName(), getSignature()); }
SmallVector<StringRef> R2Op::getFields() { return {"weight", "sum", "squares", "residuals"}; }
StringRef R2Op::getRule() { return "determination"; }
Value R2Op::getCounted() { return getTarget(); }

/// The numbers of the last axis are the outputs; what has one axis is one output.
static SmallVector<int64_t> outputsOf(Value prediction) {
  RankedTensorType type = tensorType(prediction);
  return type.getRank() < 2 ? SmallVector<int64_t>{} : SmallVector<int64_t>{type.getShape().back()};
}

LogicalResult R2Op::inferReturnTypes(MLIRContext *context, std::optional<Location> loc, Adaptor op, SmallVectorImpl<Type> &types) {
  types.assign(4, statesOf(context, outputsOf(op.getPrediction())));
  return verifyPair(loc, "r2", op.getPrediction(), op.getTarget(), op.getCounts());
}

// In double precision the squares of what a float can hold are exact, and their sums lose less than the floats have lost.
SmallVector<Value> R2Op::emitLinalg(OpBuilder &b) {
  Expr t = toDouble(Expr(b, getLoc(), getTarget())), d = t - toDouble(Expr(b, getLoc(), getPrediction()));
  Expr counts = countsBeside(t, getCounts());
  bool keepLast = t.type().getRank() >= 2;
  return {sumRows(zerosLike(t) + counts, keepLast), sumRows(t * counts, keepLast), sumRows(t * t * counts, keepLast),
          sumRows(d * d * counts, keepLast)};
}

//===- Classes, and yes and no as two of them -------------------------------------------------------------------===//

namespace {
/// 1 where the prediction and where the target is positive, 0 elsewhere; or, along a further last axis, is the class of the place.
struct Positives {
  Expr predicted, actual;
};
} // namespace

/// Numbers above the threshold and targets above one half.
static Positives binaryPositives(OpBuilder &b, Location loc, Value prediction, Value target, double threshold) {
  return {convert(Expr(b, loc, prediction) > threshold, b.getF64Type()), convert(isPositive(Expr(b, loc, target)), b.getF64Type())};
}

/// One-hot rows of the first largest logit, all 0 where a logit is NaN, and of the label.
static Positives classPositives(OpBuilder &b, Location loc, Value prediction, Value target) {
  Expr logits(b, loc, prediction);
  int64_t axis = lastAxis(prediction);
  return {toDouble(oneHotLike(logits, firstMaximum(logits, axis), axis)), toDouble(oneHotLike(logits, target, axis))};
}

/// The column of one class.
static Expr ofClass(Expr oneHot, int64_t chosen) {
  int64_t axis = oneHot.type().getRank() - 1;
  SmallVector<double> column(oneHot.type().getShape().back(), 0.0);
  column[chosen] = 1;
  return sum(oneHot * oneHot.table(column), {axis});
}

/// Along a further last axis: is not, is.
static Expr noAndYes(Expr positive) {
  SmallVector<int64_t> shape(positive.type().getShape());
  shape.push_back(1);
  return convert(equal(reshape(positive, positive.type().clone(shape)), positive.table({0, 1})), positive.type().getElementType());
}

//===- confusion ------------------------------------------------------------------------------------------------===//

static constexpr int64_t kMostClasses = 1024; // the table is a field of a struct

Signature ConfusionOp::getSignature() {
  return {{"prediction", FormalKind::Tensor}, {"target", FormalKind::Tensor}, {"threshold", FormalKind::Number, 0.0}};
}
CallContext ConfusionOp::getCallContext() { return CallContext::Metric; }
FailureOr<SmallVector<Value>> ConfusionOp::buildResultsFromCall(CallSite &call) { return buildFigure(call, getOperationName(), getSignature()); }
SmallVector<StringRef> ConfusionOp::getFields() { return {"counts"}; }
StringRef ConfusionOp::getRule() { return "diagonal"; }
Value ConfusionOp::getCounted() { return getTarget(); }

SmallVector<IndexBound> ConfusionOp::getIndexBounds() { return boundsOfTarget(getPrediction(), getTarget(), lastAxis(getPrediction())); }

LogicalResult ConfusionOp::inferReturnTypes(MLIRContext *context, std::optional<Location> loc, Adaptor op, SmallVectorImpl<Type> &types) {
  SmallVector<Type> values;
  bool binary = isBinary(op.getPrediction(), op.getTarget());
  LogicalResult fits = binary ? inferBinary(loc, "confusion", op.getPrediction(), op.getTarget(), values)
                              : inferClasses(loc, "confusion", op.getPrediction(), op.getTarget(), std::nullopt, values);
  if (failed(fits))
    return failure();
  int64_t classes = binary ? 2 : tensorType(op.getPrediction()).getShape().back();
  if (classes > kMostClasses)
    return refuse(loc, "confusion", "a table of " + Twine(classes) + " by " + Twine(classes) + " classes is too large; there can be " +
                                        Twine(kMostClasses), op.getPrediction());
  types.push_back(statesOf(context, {classes, classes}));
  return verifyCounts(loc, "confusion", op.getCounts(), op.getTarget());
}

// table[t, p] = sum of counts over the rows whose target is t and whose prediction is p: a product of one-hot rows.
SmallVector<Value> ConfusionOp::emitLinalg(OpBuilder &b) {
  Location loc = getLoc();
  bool binary = isBinary(getPrediction(), getTarget());
  auto [predicted, actual] = binary ? binaryPositives(b, loc, getPrediction(), getTarget(), getThreshold().convertToDouble())
                                    : classPositives(b, loc, getPrediction(), getTarget());
  if (binary)
    predicted = noAndYes(predicted), actual = noAndYes(actual);
  std::string rows;
  for (int64_t i = 0; i + 1 < actual.type().getRank(); ++i)
    rows.push_back(static_cast<char>('a' + i));
  return {einsum(rows + "x," + rows + "y->xy", {actual * countsBeside(actual, getCounts()), predicted})};
}

//===- precision, recall, f1 ------------------------------------------------------------------------------------===//

static constexpr int64_t kNoClass = -1;

static Signature positivesSignature() {
  return {{"prediction", FormalKind::Tensor}, {"target", FormalKind::Tensor}, {"threshold", FormalKind::Number, 0.0},
          {"class_index", FormalKind::Integer, kNoClass},
          {"average", FormalKind::Word, std::string("binary"), false, {"binary", "micro", "macro"}}};
}

static LogicalResult inferPositives(MLIRContext *context, std::optional<Location> loc, StringRef op, Value prediction, Value target,
                                    Value counts, StringRef average, SmallVectorImpl<Type> &types) {
  SmallVector<Type> values;
  bool binary = isBinary(prediction, target);
  if (failed(binary ? inferBinary(loc, op, prediction, target, values) : inferClasses(loc, op, prediction, target, std::nullopt, values)))
    return failure();
  RankedTensorType type = tensorType(prediction);
  if (average == "macro" && type.getRank() < 2)
    return refuse(loc, op, "average = macro takes the mean over the last axis, and " + describe(type) + " has but one value a sample", prediction);
  types.assign(3, statesOf(context, average == "macro" ? ArrayRef(type.getShape().back()) : ArrayRef<int64_t>()));
  return verifyCounts(loc, op, counts, target);
}

static LogicalResult verifyPositives(Location loc, StringRef op, Value prediction, Value target, StringRef average, int64_t chosen) {
  bool binary = isBinary(prediction, target);
  if (binary && chosen != kNoClass)
    return refuse(loc, op, "class_index is for classes; the target " + describe(target.getType()) + " says 0 or 1 for each number");
  if (average != "binary" && chosen != kNoClass)
    return refuse(loc, op, "average = " + average + " takes all classes together; class_index = " + Twine(chosen) + " chooses one");
  int64_t classes = binary ? 0 : tensorType(prediction).getShape().back();
  if (!binary && average == "binary" && (chosen < 0 || chosen >= classes))
    return refuse(loc, op, "of " + Twine(classes) + " classes one is compared with the rest: say which, class_index = 0 to " + Twine(classes - 1) +
                               ", or take all of them, average = macro or micro");
  return success();
}

template <class Op> static SmallVector<Value> emitPositives(OpBuilder &b, Op op) {
  Location loc = op.getLoc();
  bool binary = isBinary(op.getPrediction(), op.getTarget()), each = op.getAverage() == "macro";
  auto [p, t] = binary ? binaryPositives(b, loc, op.getPrediction(), op.getTarget(), op.getThreshold().convertToDouble())
                       : classPositives(b, loc, op.getPrediction(), op.getTarget());
  if (!binary && op.getAverage() == "binary")
    p = ofClass(p, op.getClassIndex()), t = ofClass(t, op.getClassIndex());
  Expr counts = countsBeside(p, op.getCounts());
  return {sumRows(p * t * counts, each), sumRows(p * counts, each), sumRows(t * counts, each)};
}

#define GET_OP_CLASSES
#include "mimo/Ops/Figure.cpp.inc"
