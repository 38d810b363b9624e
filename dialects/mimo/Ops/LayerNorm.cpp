#include "mimo/Ops/LayerNorm.h"
#include "mimo/IR/Axes.h"

using namespace mlir;
using namespace mlir::mimo;

static RankedTensorType tensorType(Value value) { return cast<RankedTensorType>(value.getType()); }

/// The axes from `first` to the last.
static SmallVector<int64_t> axesFrom(int64_t first, Value x) {
  int64_t rank = tensorType(x).getRank();
  return llvm::to_vector(llvm::seq<int64_t>(axisOf(first, rank), rank));
}

/// What both layers ask of x, axis and eps.
static LogicalResult requireSamples(std::optional<Location> loc, StringRef op, Value x, int64_t axis, const APFloat &eps) {
  if (failed(requireAxes(loc, op, axis, x)))
    return failure();
  RankedTensorType type = tensorType(x);
  if (!isa<FloatType>(type.getElementType()))
    return refuse(loc, op, "takes a floating-point tensor, not " + describe(type), x);
  if (type.isDynamicDim(axisOf(axis, type.getRank())))
    return refuse(loc, op, "axis " + Twine(axis) + " of " + describe(type) + " is the batch; each sample is normalised by itself", x);
  if (eps.isNegative() || eps.isNaN())
    return refuse(loc, op, "'eps' is " + describe(eps.convertToDouble()) + "; it must not be negative");
  return success();
}

/// Weight and bias have the shape of what is normalised.
static LogicalResult requireShape(std::optional<Location> loc, StringRef op, StringRef what, Value parameter, Value x, int64_t axis) {
  RankedTensorType type = tensorType(x);
  RankedTensorType wanted = resized(type, type.getShape().drop_front(axisOf(axis, type.getRank())));
  if (!parameter || tensorType(parameter) == wanted)
    return success();
  return refuse(loc, op, what + " " + describe(parameter.getType()) + " does not fit " + describe(type) + "; it must be " + describe(wanted));
}

/// A parameter of the shape of what is normalised; fails, with an error, where x or axis do not fit.
static FailureOr<Value> makeParameter(CallSite &call, StringRef leaf, StringRef initFormal, double start) {
  RankedTensorType type = tensorType(call.tensor("x"));
  ArrayRef<int64_t> shape = type.getShape().drop_front(axisOf(*call.integer("axis"), type.getRank()));
  Initializer init = call.initializer(initFormal).value_or(Initializer{"constant", {{"", start, ""}}});
  return call.parameter(leaf, shape, init, shape.back(), shape.front());
}

//===- layernorm ------------------------------------------------------------------------------------------------===//

Signature LayernormOp::getSignature() {
  return {{"x", FormalKind::Tensor},
          {"eps", FormalKind::Number, 1e-5},
          {"affine", FormalKind::Flag, true},
          {"bias", FormalKind::Flag, true},
          {"axis", FormalKind::Integer, int64_t(-1)},
          {"init", FormalKind::Initializer, {}, /*optional=*/true},
          {"bias_init", FormalKind::Initializer, {}, /*optional=*/true}};
}

FailureOr<Value> LayernormOp::buildFromCall(CallSite &call) {
  Value x = call.tensor("x");
  double eps = call.number("eps");
  if (failed(requireSamples(call.loc(), call.callee(), x, *call.integer("axis"), APFloat(eps))))
    return failure();
  SmallVector<Value> operands{x};
  SmallVector<int32_t> segments{1, 0, 0};
  auto add = [&](int part, StringRef leaf, StringRef init, double start) -> LogicalResult {
    FailureOr<Value> parameter = makeParameter(call, leaf, init, start);
    if (failed(parameter))
      return failure();
    operands.push_back(*parameter);
    segments[part] = 1;
    return success();
  };
  if (call.flag("affine") && failed(add(1, "weight", "init", 1)))
    return failure();
  if (call.flag("affine") && call.flag("bias") && failed(add(2, "bias", "bias_init", 0)))
    return failure();
  Builder &b = call.builder();
  return buildOp(call.builder(), call.loc(), getOperationName(), operands,
                 {b.getNamedAttr("axis", b.getI64IntegerAttr(*call.integer("axis"))),
                  b.getNamedAttr("eps", b.getF64FloatAttr(eps)),
                  b.getNamedAttr("operandSegmentSizes", b.getDenseI32ArrayAttr(segments))});
}

LogicalResult LayernormOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op, SmallVectorImpl<Type> &types) {
  if (failed(requireSamples(loc, "layernorm", op.getX(), op.getAxis(), op.getEps())) ||
      failed(requireShape(loc, "layernorm", "weight", op.getWeight(), op.getX(), op.getAxis())) ||
      failed(requireShape(loc, "layernorm", "bias", op.getBias(), op.getX(), op.getAxis())))
    return failure();
  types.push_back(op.getX().getType());
  return success();
}

/// x without mean and with deviation 1, and what it was multiplied by. Forward and gradient emit it alike, so that one
/// copy is left where both are in a function.
struct Standardized {
  Expr normal, scale;
};
static Standardized standardize(Expr x, ArrayRef<int64_t> axes, double eps) {
  Expr centred = x - mean(x, axes, /*keep=*/true);
  Expr scale = 1.0 / sqrt(mean(centred * centred, axes, /*keep=*/true) + eps);
  return {centred * scale, scale};
}

SmallVector<Value> LayernormOp::emitLinalg(OpBuilder &b) {
  Expr x(b, getLoc(), getX());
  Expr y = standardize(x, axesFrom(getAxis(), x), getEps().convertToDouble()).normal;
  if (getWeight())
    y = y * Expr(b, getLoc(), getWeight());
  if (getBias())
    y = y + Expr(b, getLoc(), getBias());
  return {y};
}

// y = n w + b, n = (x - mean) s:  dx = s (h - mean(h) - n mean(h n)) for h = g w,  dw = sum(g n),  db = sum(g)
SmallVector<Value> LayernormOp::emitVjp(OpBuilder &builder, ValueRange cotangents, ArrayRef<bool> needed) {
  Expr g(builder, getLoc(), cotangents[0]), x(builder, getLoc(), getX());
  SmallVector<int64_t> axes = axesFrom(getAxis(), x);
  auto [n, s] = standardize(x, axes, getEps().convertToDouble());
  SmallVector<Value> result;
  Expr h = getWeight() ? g * Expr(builder, getLoc(), getWeight()) : g;
  result.push_back(needed[0] ? Value(s * (h - mean(h, axes, true) - n * mean(h * n, axes, true))) : nullptr);
  if (getWeight())
    result.push_back(needed[result.size()] ? Value(sumTo(g * n, tensorType(getWeight()))) : nullptr);
  if (getBias())
    result.push_back(needed[result.size()] ? Value(sumTo(g, tensorType(getBias()))) : nullptr);
  return result;
}

//===- rmsnorm --------------------------------------------------------------------------------------------------===//

Signature RmsnormOp::getSignature() {
  return {{"x", FormalKind::Tensor},
          {"eps", FormalKind::Number, {}, /*optional=*/true},
          {"affine", FormalKind::Flag, true},
          {"axis", FormalKind::Integer, int64_t(-1)},
          {"init", FormalKind::Initializer, {}, /*optional=*/true}};
}

FailureOr<Value> RmsnormOp::buildFromCall(CallSite &call) {
  Value x = call.tensor("x");
  // PyTorch's default: the distance from 1 to the next number of the type.
  double machine = call.precision().isF64() ? std::numeric_limits<double>::epsilon() : std::numeric_limits<float>::epsilon();
  double eps = call.isGiven("eps") ? call.number("eps") : machine;
  if (failed(requireSamples(call.loc(), call.callee(), x, *call.integer("axis"), APFloat(eps))))
    return failure();
  SmallVector<Value> operands{x};
  if (call.flag("affine")) {
    FailureOr<Value> weight = makeParameter(call, "weight", "init", 1);
    if (failed(weight))
      return failure();
    operands.push_back(*weight);
  }
  Builder &b = call.builder();
  return buildOp(call.builder(), call.loc(), getOperationName(), operands,
                 {b.getNamedAttr("axis", b.getI64IntegerAttr(*call.integer("axis"))), b.getNamedAttr("eps", b.getF64FloatAttr(eps))});
}

LogicalResult RmsnormOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op, SmallVectorImpl<Type> &types) {
  if (failed(requireSamples(loc, "rmsnorm", op.getX(), op.getAxis(), op.getEps())) ||
      failed(requireShape(loc, "rmsnorm", "weight", op.getWeight(), op.getX(), op.getAxis())))
    return failure();
  types.push_back(op.getX().getType());
  return success();
}

static Expr inverseRms(Expr x, ArrayRef<int64_t> axes, double eps) { return 1.0 / sqrt(mean(x * x, axes, /*keep=*/true) + eps); }

SmallVector<Value> RmsnormOp::emitLinalg(OpBuilder &b) {
  Expr x(b, getLoc(), getX());
  Expr y = x * inverseRms(x, axesFrom(getAxis(), x), getEps().convertToDouble());
  return {getWeight() ? Value(y * Expr(b, getLoc(), getWeight())) : Value(y)};
}

// y = n w, n = x s:  dx = s (h - n mean(h n)) for h = g w,  dw = sum(g n)
SmallVector<Value> RmsnormOp::emitVjp(OpBuilder &builder, ValueRange cotangents, ArrayRef<bool> needed) {
  Expr g(builder, getLoc(), cotangents[0]), x(builder, getLoc(), getX());
  SmallVector<int64_t> axes = axesFrom(getAxis(), x);
  Expr s = inverseRms(x, axes, getEps().convertToDouble()), n = x * s;
  Expr h = getWeight() ? g * Expr(builder, getLoc(), getWeight()) : g;
  SmallVector<Value> result{needed[0] ? Value(s * (h - n * mean(h * n, axes, true))) : nullptr};
  if (getWeight())
    result.push_back(needed[1] ? Value(sumTo(g * n, tensorType(getWeight()))) : nullptr);
  return result;
}

#define GET_OP_CLASSES
#include "mimo/Ops/LayerNorm.cpp.inc"
