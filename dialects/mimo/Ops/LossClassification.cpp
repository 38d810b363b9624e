#include "mimo/Ops/LossClassification.h"
#include "mimo/IR/Inference.h"
#include "mimo/IR/Scalar.h"
#include "mimo/Ops/Classes.h"

using namespace mlir;
using namespace mlir::mimo;

static RankedTensorType tensorType(Value value) { return cast<RankedTensorType>(value.getType()); }

//===- classes and indices --------------------------------------------------------------------------------------===//

int64_t mimo::axisOf(std::optional<int64_t> given, RankedTensorType type) {
  int64_t axis = given.value_or(-1);
  return axis < 0 ? axis + type.getRank() : axis;
}

bool mimo::isIndexTensor(Value value) {
  Type element = tensorType(value).getElementType();
  return element.isInteger(32) || element.isInteger(64);
}

static RankedTensorType withoutAxis(RankedTensorType type, int64_t axis, Type element) {
  SmallVector<int64_t> shape(type.getShape());
  shape.erase(shape.begin() + axis);
  return resized(type.clone(element), shape);
}

/// "[batch, 3]": the shape alone.
static std::string shapeText(RankedTensorType type) {
  std::string text = describe(type);
  return text.substr(text.find('['));
}

/// Logits: floating-point, the number of classes known.
static LogicalResult verifyLogits(std::optional<Location> loc, StringRef op, Value prediction, std::optional<int64_t> given) {
  RankedTensorType logits = tensorType(prediction);
  if (!isa<FloatType>(logits.getElementType()) || logits.getRank() < 2)
    return refuse(loc, op, "prediction must be logits of shape [batch, classes], or with more axes, not " + describe(logits), prediction);
  constexpr const char *remedy = "; classes are along the last axis unless 'axis' says otherwise";
  int64_t axis = axisOf(given, logits);
  if (axis < 0 || axis >= logits.getRank())
    return refuse(loc, op, "axis " + Twine(*given) + " does not exist in " + describe(logits) + remedy, prediction);
  if (logits.isDynamicDim(axis))
    return refuse(loc, op, "the axis of classes of " + describe(logits) + " is the batch" + remedy, prediction);
  return success();
}

LogicalResult mimo::inferClasses(std::optional<Location> loc, StringRef op, Value prediction, Value target, std::optional<int64_t> given,
                                 SmallVectorImpl<Type> &types) {
  if (failed(verifyLogits(loc, op, prediction, given)))
    return failure();
  RankedTensorType logits = tensorType(prediction), labels = tensorType(target);
  if (!isIndexTensor(target))
    return refuse(loc, op, "target must hold class indices (i32 or i64), not " + describe(labels), target);
  int64_t axis = axisOf(given, logits);
  RankedTensorType wanted = withoutAxis(logits, axis, labels.getElementType());
  if (wanted == labels) {
    types.push_back(withoutAxis(logits, axis, logits.getElementType()));
    return success();
  }
  std::string along = logits.getRank() > 2 ? " with classes along axis " + std::to_string(axis) : "", remedy;
  for (int64_t other = 1; other < logits.getRank(); ++other)
    if (withoutAxis(logits, other, labels.getElementType()) == labels)
      remedy = "; with axis = " + std::to_string(other) + " it would fit";
  return refuse(loc, op, "prediction " + describe(logits) + along + " needs a target of shape " + shapeText(wanted) + ", not " +
                             describe(labels) + remedy, target);
}

SmallVector<IndexBound> mimo::boundsOfLabels(Value prediction, Value target, std::optional<int64_t> axis) {
  RankedTensorType logits = tensorType(prediction);
  return isIndexTensor(target) ? SmallVector<IndexBound>{{1, logits.getDimSize(axisOf(axis, logits))}} : SmallVector<IndexBound>{};
}

LogicalResult mimo::verifyClassWeights(std::optional<Location> loc, StringRef op, ArrayRef<double> weights, int64_t classes) {
  if (!weights.empty() && static_cast<int64_t>(weights.size()) != classes)
    return refuse(loc, op, "weight has " + Twine(weights.size()) + " numbers for " + Twine(classes) + " classes; it takes one for each");
  return success();
}

Value mimo::perClass(OpBuilder &b, Location loc, RankedTensorType type, ValueRange logits, Value label, int64_t axis,
                     llvm::function_ref<Value(OpBuilder &, Location, Value, Value)> body) {
  SmallVector<Value> inputs(logits);
  inputs.push_back(keepAxis(b, loc, label, axis));
  return elementwise(b, loc, type, inputs, [&](OpBuilder &inner, Location where, ValueRange args) {
    Value index = linalg::IndexOp::create(inner, where, axis);
    Value column = arith::IndexCastOp::create(inner, where, args.back().getType(), index);
    Value isLabel = arith::CmpIOp::create(inner, where, arith::CmpIPredicate::eq, column, args.back());
    return body(inner, where, args.front(), isLabel);
  });
}

Expr mimo::oneHotLike(Expr logits, Value label, int64_t axis) {
  return logits.emit("mimo.one_hot_like", {label, logits.value},
                     {logits.builder->getNamedAttr("axis", logits.builder->getI64IntegerAttr(axis))});
}

Expr mimo::weightsAlong(Expr logits, ArrayRef<double> weights, int64_t axis) {
  Expr row = logits.table(weights);
  SmallVector<int64_t> shape(logits.type().getRank() - axis, 1);
  shape.front() = weights.size();
  return reshape(row, row.type().clone(shape));
}

Expr mimo::weightOfLabel(Expr logits, Value label, ArrayRef<double> weights, int64_t axis) {
  return sum(oneHotLike(logits, label, axis) * weightsAlong(logits, weights, axis), {axis});
}

/// A value of the labels' shape beside the logits.
static Expr besideClasses(Expr x, int64_t axis) {
  SmallVector<int64_t> shape(x.type().getShape());
  shape.insert(shape.begin() + axis, 1);
  return reshape(x, x.type().clone(shape));
}

/// x[label]: the other classes do not count, whatever is in them.
static Expr pick(Expr x, Expr hot, int64_t axis) { return sum(select(hot > 0.5, x, 0.0), {axis}); }

LogicalResult OneHotLikeOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op, SmallVectorImpl<Type> &types) {
  SmallVector<Type> values;
  if (failed(inferClasses(loc, "one_hot_like", op.getLike(), op.getLabel(), op.getAxis(), values)))
    return failure();
  types.push_back(op.getLike().getType());
  return success();
}
SmallVector<Value> OneHotLikeOp::emitLinalg(OpBuilder &b) {
  RankedTensorType type = tensorType(getOut());
  return {perClass(b, getLoc(), type, {}, getLabel(), axisOf(getAxis(), type), [&](OpBuilder &inner, Location where, Value, Value isLabel) -> Value {
    return arith::UIToFPOp::create(inner, where, type.getElementType(), isLabel);
  })};
}

//===- cross_entropy --------------------------------------------------------------------------------------------===//

Signature CrossEntropyOp::getSignature() {
  return {{"prediction", FormalKind::Tensor}, {"target", FormalKind::Tensor}, {"weight", FormalKind::Numbers, SmallVector<double>{}},
          {"label_smoothing", FormalKind::Number, 0.0}, {"axis", FormalKind::Integer, int64_t(-1)}};
}
CallContext CrossEntropyOp::getCallContext() { return CallContext::Loss; }

LogicalResult CrossEntropyOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op, SmallVectorImpl<Type> &types) {
  RankedTensorType logits = tensorType(op.getPrediction());
  bool probabilities = op.getTarget().getType() == op.getPrediction().getType();
  if (!probabilities && isa<FloatType>(tensorType(op.getTarget()).getElementType()))
    return refuse(loc, "cross_entropy", "target must hold class indices (i32 or i64), or probabilities of the shape of the prediction " +
                                            describe(logits) + ", not " + describe(op.getTarget().getType()), op.getTarget());
  if (!probabilities)
    return inferClasses(loc, "cross_entropy", op.getPrediction(), op.getTarget(), op.getAxis(), types);
  if (failed(verifyLogits(loc, "cross_entropy", op.getPrediction(), op.getAxis())))
    return failure();
  types.push_back(withoutAxis(logits, axisOf(op.getAxis(), logits), logits.getElementType()));
  return success();
}

LogicalResult CrossEntropyOp::verify() {
  RankedTensorType logits = tensorType(getPrediction());
  double smoothing = getLabelSmoothing().convertToDouble();
  if (!(smoothing >= 0 && smoothing <= 1))
    return refuse(getLoc(), "cross_entropy", "label_smoothing " + describe(smoothing) + " is not in [0, 1]");
  return verifyClassWeights(getLoc(), "cross_entropy", getWeight(), logits.getDimSize(axisOf(getAxis(), logits)));
}

SmallVector<IndexBound> CrossEntropyOp::getIndexBounds() { return boundsOfLabels(getPrediction(), getTarget(), getAxis()); }

Value CrossEntropyOp::emitCounts(OpBuilder &builder) {
  if (getWeight().empty() || !isIndexTensor(getTarget()))
    return {};
  Expr x(builder, getLoc(), getPrediction());
  return weightOfLabel(x, getTarget(), getWeight(), axisOf(getAxis(), x.type()));
}

/// What multiplies log sum exp(x) - x[c] of every class c: w[c] ((1 - s) t[c] + s / classes) for smoothing s, where t is 1 for
/// the label's class alone if the target is an index. PyTorch weighs the label's part by the label's class: the same.
static Expr weightedTarget(OpBuilder &builder, CrossEntropyOp op) {
  Expr x(builder, op.getLoc(), op.getPrediction()), t(builder, op.getLoc(), op.getTarget());
  int64_t axis = axisOf(op.getAxis(), x.type());
  double smoothing = op.getLabelSmoothing().convertToDouble();
  if (isIndexTensor(t))
    t = oneHotLike(x, t, axis);
  if (smoothing > 0)
    t = t * (1 - smoothing) + smoothing / x.type().getDimSize(axis);
  return op.getWeight().empty() ? t : t * weightsAlong(x, op.getWeight(), axis);
}

/// log sum exp(x) - x[c] of every class c, written with ops that there are: the cross-entropy of equal probabilities is
/// log sum exp(x) - mean(x).
static Expr surprise(Expr x, int64_t axis) {
  Expr even = zerosLike(x) + 1.0 / x.type().getDimSize(axis);
  Expr row = x.emit("mimo.cross_entropy", {x.value, even.value}, {x.builder->getNamedAttr("axis", x.builder->getI64IntegerAttr(axis))});
  return besideClasses(row + sum(x * even, {axis}), axis) - x;
}

// l = sum T (log sum exp(x) - x) with T as above:  dx = g (softmax(x) sum(T) - T)
SmallVector<Value> CrossEntropyOp::emitVjp(OpBuilder &builder, ValueRange cotangents, ArrayRef<bool> needed) {
  Expr x(builder, getLoc(), getPrediction());
  int64_t axis = axisOf(getAxis(), x.type());
  Expr g = besideClasses(Expr(builder, getLoc(), cotangents[0]), axis);
  bool plain = isIndexTensor(getTarget()) && getWeight().empty(); // then sum(T) is 1
  Value dx, dt;
  if (needed[0]) {
    Expr p = x.emit("mimo.softmax", {x.value}, {builder.getNamedAttr("axis", builder.getI64IntegerAttr(axis))});
    Expr t = weightedTarget(builder, *this);
    dx = g * ((plain ? p : p * sum(t, {axis}, /*keepDims=*/true)) - t);
  }
  if (needed[1] && !isIndexTensor(getTarget())) {
    Expr slope = surprise(x, axis) * (1 - getLabelSmoothing().convertToDouble());
    dt = g * (getWeight().empty() ? slope : slope * weightsAlong(x, getWeight(), axis));
  }
  return {dx, dt};
}

/// log sum exp(x) - x[label], where `chosen` is x[label]; log sum exp(x) without it.
static Value logSumExp(OpBuilder &b, Location loc, const SoftmaxParts &parts, Value chosen) {
  SmallVector<Value> inputs{parts.max, parts.sum};
  if (chosen)
    inputs.push_back(chosen);
  return elementwise(b, loc, tensorType(parts.max), inputs, [](OpBuilder &inner, Location where, ValueRange args) -> Value {
    Scalar max(inner, where, args[0]), sum(inner, where, args[1]);
    return log(sum) + (args.size() > 2 ? max - max.with(args[2]) : max);
  });
}

static Value labelsLogit(OpBuilder &b, Location loc, Value logits, Value label, int64_t axis) {
  RankedTensorType type = tensorType(logits);
  Value picked = perClass(b, loc, type, logits, label, axis, [](OpBuilder &inner, Location where, Value x, Value isLabel) {
    Value zero = scalarConstant(inner, where, x.getType(), 0);
    return Value(arith::SelectOp::create(inner, where, isLabel, x, zero));
  });
  return reduce(b, loc, picked, axis, type.getElementType(), 0, [](OpBuilder &inner, Location where, ValueRange args) -> Value {
    return arith::AddFOp::create(inner, where, args[1], args[0]);
  });
}

SmallVector<Value> CrossEntropyOp::emitLinalg(OpBuilder &b) {
  Location loc = getLoc();
  Expr x(b, loc, getPrediction());
  int64_t axis = axisOf(getAxis(), x.type());
  double smoothing = getLabelSmoothing().convertToDouble();
  SoftmaxParts parts = emitSoftmaxParts(b, loc, x, axis);
  auto ofClasses = [&] { return besideClasses(Expr(b, loc, logSumExp(b, loc, parts, {})), axis) - x; };
  if (!isIndexTensor(getTarget()))
    return {sum(ofClasses() * weightedTarget(b, *this), {axis})};
  Expr loss(b, loc, logSumExp(b, loc, parts, labelsLogit(b, loc, x, getTarget(), axis)));
  if (!getWeight().empty())
    loss = loss * weightOfLabel(x, getTarget(), getWeight(), axis);
  if (smoothing == 0)
    return {loss};
  Expr each = ofClasses(), spread = sum(getWeight().empty() ? each : each * weightsAlong(x, getWeight(), axis), {axis});
  return {loss * (1 - smoothing) + spread * (smoothing / x.type().getDimSize(axis))};
}

//===- nll ------------------------------------------------------------------------------------------------------===//

Signature NllOp::getSignature() {
  return {{"prediction", FormalKind::Tensor}, {"target", FormalKind::Tensor}, {"weight", FormalKind::Numbers, SmallVector<double>{}},
          {"axis", FormalKind::Integer, int64_t(-1)}};
}
CallContext NllOp::getCallContext() { return CallContext::Loss; }

LogicalResult NllOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op, SmallVectorImpl<Type> &types) {
  return inferClasses(loc, "nll", op.getPrediction(), op.getTarget(), op.getAxis(), types);
}

LogicalResult NllOp::verify() {
  RankedTensorType type = tensorType(getPrediction());
  return verifyClassWeights(getLoc(), "nll", getWeight(), type.getDimSize(axisOf(getAxis(), type)));
}

SmallVector<IndexBound> NllOp::getIndexBounds() { return boundsOfLabels(getPrediction(), getTarget(), getAxis()); }

Value NllOp::emitCounts(OpBuilder &builder) {
  Expr x(builder, getLoc(), getPrediction());
  return getWeight().empty() ? Value() : Value(weightOfLabel(x, getTarget(), getWeight(), axisOf(getAxis(), x.type())));
}

SmallVector<Value> NllOp::emitVjp(OpBuilder &builder, ValueRange cotangents, ArrayRef<bool> needed) {
  if (!needed[0])
    return {nullptr, nullptr};
  Expr g(builder, getLoc(), cotangents[0]), x(builder, getLoc(), getPrediction());
  int64_t axis = axisOf(getAxis(), x.type());
  if (!getWeight().empty())
    g = g * weightOfLabel(x, getTarget(), getWeight(), axis);
  return {-(besideClasses(g, axis) * oneHotLike(x, getTarget(), axis)), nullptr};
}

SmallVector<Value> NllOp::emitLinalg(OpBuilder &b) {
  Expr x(b, getLoc(), getPrediction());
  int64_t axis = axisOf(getAxis(), x.type());
  Expr loss = -Expr(b, getLoc(), labelsLogit(b, getLoc(), x, getTarget(), axis));
  return {getWeight().empty() ? loss : loss * weightOfLabel(x, getTarget(), getWeight(), axis)};
}

//===- multi_margin ---------------------------------------------------------------------------------------------===//

Signature MultiMarginOp::getSignature() {
  return {{"prediction", FormalKind::Tensor}, {"target", FormalKind::Tensor}, {"p", FormalKind::Integer, int64_t(1)},
          {"margin", FormalKind::Number, 1.0}, {"weight", FormalKind::Numbers, SmallVector<double>{}}, {"axis", FormalKind::Integer, int64_t(-1)}};
}
CallContext MultiMarginOp::getCallContext() { return CallContext::Loss; }

LogicalResult MultiMarginOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op, SmallVectorImpl<Type> &types) {
  return inferClasses(loc, "multi_margin", op.getPrediction(), op.getTarget(), op.getAxis(), types);
}

LogicalResult MultiMarginOp::verify() {
  RankedTensorType type = tensorType(getPrediction());
  if (getP() != 1 && getP() != 2)
    return refuse(getLoc(), "multi_margin", "p is 1 or 2, not " + Twine(getP()));
  return verifyClassWeights(getLoc(), "multi_margin", getWeight(), type.getDimSize(axisOf(getAxis(), type)));
}

SmallVector<IndexBound> MultiMarginOp::getIndexBounds() { return boundsOfLabels(getPrediction(), getTarget(), getAxis()); }

/// w[label] / classes, which every term is multiplied by.
static Expr marginScale(MultiMarginOp op, Expr x, Expr factor, int64_t axis) {
  Expr scaled = factor / x.type().getDimSize(axis);
  return op.getWeight().empty() ? scaled : scaled * weightOfLabel(x, op.getTarget(), op.getWeight(), axis);
}

SmallVector<Value> MultiMarginOp::emitLinalg(OpBuilder &b) {
  Expr x(b, getLoc(), getPrediction());
  int64_t axis = axisOf(getAxis(), x.type());
  Expr hot = oneHotLike(x, getTarget(), axis);
  Expr short_ = x - besideClasses(pick(x, hot, axis), axis) + getMargin().convertToDouble();
  Expr term = select(hot > 0.5, 0.0, select(short_ <= 0.0, 0.0, short_));
  return {marginScale(*this, x, sum(getP() == 1 ? term : term * term, {axis}), axis)};
}

// For the other classes j: d_j = p max(0, m_j)^(p - 1) where m_j = margin - x[label] + x[j] > 0; for the label - sum d.
SmallVector<Value> MultiMarginOp::emitVjp(OpBuilder &builder, ValueRange cotangents, ArrayRef<bool> needed) {
  if (!needed[0])
    return {nullptr, nullptr};
  Expr g(builder, getLoc(), cotangents[0]), x(builder, getLoc(), getPrediction());
  int64_t axis = axisOf(getAxis(), x.type());
  Expr hot = oneHotLike(x, getTarget(), axis);
  Expr short_ = x - besideClasses(pick(x, hot, axis), axis) + getMargin().convertToDouble();
  Expr slope = getP() == 1 ? zerosLike(x) + 1.0 : short_ * 2.0;
  Expr d = select(hot > 0.5, 0.0, select(short_ <= 0.0, 0.0, slope));
  return {besideClasses(marginScale(*this, x, g, axis), axis) * (d - hot * sum(d, {axis}, /*keepDims=*/true)), nullptr};
}

//===- focal ----------------------------------------------------------------------------------------------------===//

Signature FocalOp::getSignature() {
  return {{"prediction", FormalKind::Tensor}, {"target", FormalKind::Tensor}, {"alpha", FormalKind::Numbers, SmallVector<double>{}},
          {"gamma", FormalKind::Number, 2.0}, {"axis", FormalKind::Integer, int64_t(-1)}};
}
CallContext FocalOp::getCallContext() { return CallContext::Loss; }

LogicalResult FocalOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op, SmallVectorImpl<Type> &types) {
  if (isIndexTensor(op.getTarget()))
    return inferClasses(loc, "focal", op.getPrediction(), op.getTarget(), op.getAxis(), types);
  return inferElementwiseLoss(loc, "focal", op.getPrediction(), op.getTarget(), types);
}

/// The alpha of every class; negative where the factor is left out.
static double commonAlpha(FocalOp op) { return op.getAlpha().empty() ? 0.25 : op.getAlpha().front(); }
static bool hasAlphaOfClass(FocalOp op) { return op.getAlpha().size() > 1; }

/// One alpha for each class.
static LogicalResult verifyAlphas(FocalOp op) {
  ArrayRef<double> alphas = op.getAlpha();
  if (!isIndexTensor(op.getTarget()))
    return refuse(op.getLoc(), "focal", "alpha has " + Twine(alphas.size()) + " numbers; with a target of the prediction's shape it takes one");
  int64_t classes = op.getIndexBounds().front().bound;
  if (static_cast<int64_t>(alphas.size()) != classes)
    return refuse(op.getLoc(), "focal", "alpha has " + Twine(alphas.size()) + " numbers for " + Twine(classes) + " classes; it takes one, or one for each");
  for (double alpha : alphas)
    if (!(alpha >= 0))
      return refuse(op.getLoc(), "focal", "alpha " + describe(alpha) + " of a class is negative; a class of alpha 0 does not count");
  return success();
}

LogicalResult FocalOp::verify() {
  double gamma = getGamma().convertToDouble(), alpha = commonAlpha(*this);
  if (!(gamma >= 0))
    return refuse(getLoc(), "focal", "gamma " + describe(gamma) + " is negative; 0 leaves the factor (1 - p)^gamma out");
  if (hasAlphaOfClass(*this))
    return verifyAlphas(*this);
  if (alpha <= 1)
    return success();
  return refuse(getLoc(), "focal", "alpha " + describe(alpha) + " is above 1; a negative one leaves the factor out");
}

SmallVector<IndexBound> FocalOp::getIndexBounds() { return boundsOfLabels(getPrediction(), getTarget(), getAxis()); }

/// q^n for q >= 0.
static Expr powerOf(Expr q, double n) {
  if (n == 0)
    return q * 0.0 + 1.0;
  return n == 1 ? q : n == 2 ? q * q : exp(log(q) * n);
}

namespace {
/// The value is scale q^gamma c: c the cross-entropy, q = 1 - (probability of what is true), scale made of alpha.
struct FocalParts {
  Expr c, q, scale;
};
} // namespace

static FocalParts focalParts(OpBuilder &builder, FocalOp op) {
  Expr x(builder, op.getLoc(), op.getPrediction()), t(builder, op.getLoc(), op.getTarget());
  double alpha = commonAlpha(op);
  if (isIndexTensor(t)) {
    Expr c = x.emit("mimo.cross_entropy", {x.value, t.value}, {builder.getNamedAttr("axis", builder.getI64IntegerAttr(axisOf(op.getAxis(), x.type())))});
    Expr scale = hasAlphaOfClass(op) ? weightOfLabel(x, t, op.getAlpha(), axisOf(op.getAxis(), x.type())) : x.constant(alpha < 0 ? 1 : alpha);
    return {c, 1.0 - exp(-c), scale};
  }
  Expr p = sigmoid(x), c = x.emit("mimo.bce_with_logits", {x.value, t.value});
  Expr scale = alpha < 0 ? x.constant(1) : t * (2 * alpha - 1) + (1 - alpha);
  return {c, p + t - 2.0 * (p * t), scale};
}

SmallVector<Value> FocalOp::emitLinalg(OpBuilder &b) {
  FocalParts parts = focalParts(b, *this);
  return {parts.scale * (powerOf(parts.q, getGamma().convertToDouble()) * parts.c)};
}

// l = s q^n c:  dl = s (q^n dc + n q^(n - 1) c dq) + q^n c ds.
// Classes: dc = softmax - onehot, dq = (1 - q) dc.  Binary: p = sigmoid(x), dc/dx = p - t, dq/dx = p (1 - p) (1 - 2 t),
// dc/dt = -x, dq/dt = 1 - 2 p, ds/dt = 2 alpha - 1.
SmallVector<Value> FocalOp::emitVjp(OpBuilder &builder, ValueRange cotangents, ArrayRef<bool> needed) {
  Expr g(builder, getLoc(), cotangents[0]), x(builder, getLoc(), getPrediction()), t(builder, getLoc(), getTarget());
  FocalParts parts = focalParts(builder, *this);
  double n = getGamma().convertToDouble(), alpha = commonAlpha(*this);
  Expr power = powerOf(parts.q, n);
  Expr perQ = n == 0 ? parts.c * 0.0 : powerOf(parts.q, n - 1) * n * parts.c; // the value's derivative by q, without s
  if (isIndexTensor(t)) {
    if (!needed[0])
      return {nullptr, nullptr};
    int64_t axis = axisOf(getAxis(), x.type());
    Expr p = x.emit("mimo.softmax", {x.value}, {builder.getNamedAttr("axis", builder.getI64IntegerAttr(axis))});
    Expr factor = g * (parts.scale * (power + perQ * (1.0 - parts.q)));
    return {besideClasses(factor, axis) * (p - oneHotLike(x, t, axis)), nullptr};
  }
  Expr p = sigmoid(x);
  Value dx = needed[0] ? Value(g * (parts.scale * (power * (p - t) + perQ * (p * (1.0 - p) * (1.0 - 2.0 * t))))) : nullptr;
  Value dt;
  if (needed[1]) {
    Expr slope = parts.scale * (perQ * (1.0 - 2.0 * p) - power * x);
    dt = g * (alpha < 0 ? slope : slope + power * parts.c * (2 * alpha - 1));
  }
  return {dx, dt};
}

#define GET_OP_CLASSES
#include "mimo/Ops/LossClassification.cpp.inc"
