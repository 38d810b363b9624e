#include "mimo/Ops/Activation.h"
#include "mimo/IR/Expr.h"
#include "mimo/IR/Inference.h"
#include "mimo/IR/Scalar.h"

using namespace mlir;
using namespace mlir::mimo;

/// Where e^-|x| is 0 in f32 and f64: the smooth activations have reached their limits.
static constexpr double kFar = 1000;

//===- Of pieces -------------------------------------------------------------------------------------------------===//

/// The cotangent of x in clamp(x, low, high) as activations have it: nothing at the bounds.
static Expr insideOf(Expr g, Expr x, double low, double high) { return select(x <= low, 0.0, select(x >= high, 0.0, g)); }

LogicalResult HardtanhOp::verify() {
  double low = getMinVal().convertToDouble(), high = getMaxVal().convertToDouble();
  if (low <= high)
    return success();
  return refuse(getLoc(), "hardtanh", "'min_val' " + describe(low) + " is above 'max_val' " + describe(high));
}

static Scalar isWithin(Scalar x, double lambd) { return abs(x) <= lambd; }

// 0 * x rather than 0, so that NaN stays NaN.
static Scalar softshrink(Scalar x, double lambd) {
  return select(x > lambd, x - lambd, select(x < -lambd, x + lambd, x * 0.0));
}

LogicalResult SoftshrinkOp::verify() {
  double lambd = getLambd().convertToDouble();
  return lambd >= 0 ? success() : refuse(getLoc(), "softshrink", "'lambd' must be at least 0, not " + describe(lambd));
}

//===- Exponential below 0 -------------------------------------------------------------------------------------===//

static constexpr double kSeluScale = 1.0507009873554804934193349852946;
static constexpr double kSeluAlpha = 1.6732632423543772848170429916717;

LogicalResult CeluOp::verify() {
  return !getAlpha().isZero() ? success() : refuse(getLoc(), "celu", "'alpha' must not be 0: x is divided by it");
}

//===- Smooth ----------------------------------------------------------------------------------------------------===//

static Expr square(Expr x) { return x * x; }

// x - tanh(x) cancels near 0: x^3 / 3 of it is left.
static Scalar tanhshrink(Scalar x) {
  return inDouble(x, [](Scalar wide) {
    Scalar s = wide * wide;
    Scalar near = wide * s * (1.0 / 3 - s * (2.0 / 15 - s * (17.0 / 315 - s * (62.0 / 2835 - s * (1382.0 / 155925)))));
    return select(abs(wide) < 0.03, near, wide - tanh(wide));
  });
}

// tanh(x)^2
static Expr tanhshrinkVjp(Expr g, Expr x) {
  Expr t = x.emit("mimo.tanh", {x.value});
  return g * t * t;
}

// x / (1 + |x|); 1e30 is infinite beside 1.
static Scalar softsign(Scalar x) {
  Scalar finite = clamp(x, -1e30, 1e30);
  return finite / (1.0 + abs(finite));
}

// log(1 + e^z) = max(z, 0) + log(1 + e^-|z|), z = beta x
static Scalar softplus(Scalar x, double beta, double threshold) {
  Scalar z = x * beta;
  return select(z > threshold, x, (maximum(z, 0.0) + log1p(exp(-abs(z)))) / beta);
}

static Expr softplusVjp(Expr g, Expr x, double beta, double threshold) {
  Expr z = x * beta;
  return select(z > threshold, g, g * sigmoid(z));
}

LogicalResult SoftplusOp::verify() {
  return !getBeta().isZero() ? success() : refuse(getLoc(), "softplus", "'beta' must not be 0: the result is divided by it");
}

// With e = e^-|x|, which does not overflow:  x / (1 + e) for x >= 0,  x e / (1 + e) for x < 0.
static Scalar silu(Scalar x) {
  Scalar e = exp(-abs(x));
  return select(x < 0.0, maximum(x, -kFar) * e, x) / (1.0 + e);
}

// silu' = s (1 + x (1 - s)), where 1 - s = sigmoid(-x) without cancellation
static Expr siluVjp(Expr g, Expr x) {
  Expr near = clamp(x, -kFar, kFar);
  return g * (sigmoid(near) * (near * sigmoid(-near) + 1.0));
}

// tanh(log(1 + e^x)) = n / d, both free of overflow in z = e^-|x|:
//   x < 0:  n = z (z + 2),  d = n + 2         x >= 0:  n = 1 + 2 z,  d = n + 2 z^2
static Scalar mish(Scalar x) {
  Scalar z = exp(-abs(x));
  Scalar isNegative = x < 0.0;
  Scalar n = select(isNegative, z * (z + 2.0), z * 2.0 + 1.0);
  Scalar d = n + select(isNegative, 2.0, z * z * 2.0);
  return maximum(x, -kFar) * (n / d);
}

// mish' = n / d + 4 x q / d^2,  q = z (1 + z) for x < 0 and z^2 (1 + z) for x >= 0
static Expr mishVjp(Expr g, Expr x) {
  Expr near = clamp(x, -kFar, kFar);
  Expr z = exp(-abs(near)), isNegative = near < 0.0;
  Expr square = z * z;
  Expr n = select(isNegative, square + z * 2.0, z * 2.0 + 1.0);
  Expr d = n + select(isNegative, 2.0, square * 2.0);
  Expr q = select(isNegative, z + square, square + square * z);
  return g * (n / d + near * (q * 4.0) / (d * d));
}

/// Beyond it the gelu is x or 0 to the last digit, in f32 and f64.
static constexpr double kGeluFar = 40;
/// gelu_tanh(x) = x sigmoid(2 u),  u = sqrt(2 / pi) (x + 0.044715 x^3)
static constexpr double kGeluTwice = 2 * 0.79788456080286535588, kGeluCubic = 0.044715;

// x Phi(x) with Phi(x) = erfc(-x / sqrt 2) / 2: 1 + erf would cancel for x < 0.
static Scalar gelu(Scalar x, bool byTanh) {
  return inDouble(x, [&](Scalar wide) {
    Scalar near = maximum(wide, -kGeluFar);
    if (!byTanh)
      return near * 0.5 * erfc(near * -M_SQRT1_2);
    Scalar u = near * (near * near * kGeluCubic + 1.0) * kGeluTwice;
    return near / (1.0 + exp(-u));
  });
}

// Phi(x) + x phi(x), or s + x s (1 - s) 2 u' with s = sigmoid(2 u)
static Expr geluVjp(Expr g, Expr x, bool byTanh) {
  Expr near = clamp(x, -kGeluFar, kGeluFar);
  Expr s2 = square(near);
  if (!byTanh)
    return g * (erfc(near * -M_SQRT1_2) * 0.5 + near * (exp(s2 * -0.5) * (0.5 * M_SQRT1_2 * M_2_SQRTPI)));
  Expr u = near * (s2 * kGeluCubic + 1.0) * kGeluTwice;
  Expr slope = (s2 * (3 * kGeluCubic) + 1.0) * kGeluTwice;
  return g * (sigmoid(u) * (near * sigmoid(-u) * slope + 1.0));
}

LogicalResult GeluOp::verify() {
  if (getApproximate() == "none" || getApproximate() == "tanh")
    return success();
  return refuse(getLoc(), "gelu", "'approximate' must be none or tanh, not '" + getApproximate() + "'");
}

//===- prelu -----------------------------------------------------------------------------------------------------===//

static RankedTensorType tensorType(Value value) { return cast<RankedTensorType>(value.getType()); }

Signature PreluOp::getSignature() {
  return {{"x", FormalKind::Tensor},
          {"num_parameters", FormalKind::Integer, int64_t(1)},
          {"init", FormalKind::Initializer, {}, /*optional=*/true}};
}

FailureOr<Value> PreluOp::buildFromCall(CallSite &call) {
  int64_t count = *call.integer("num_parameters");
  if (count < 1)
    return mlir::emitError(call.locOf("num_parameters")) << "prelu: " << count << " weights; there must be at least 1";
  Initializer quarter{"constant", {{"", 0.25, ""}}};
  FailureOr<Value> weight = call.parameter("weight", {count}, call.initializer("init").value_or(quarter), count, count);
  if (failed(weight))
    return failure();
  return buildOp(call.builder(), call.loc(), getOperationName(), {call.tensor("x"), *weight});
}

LogicalResult PreluOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op, SmallVectorImpl<Type> &types) {
  RankedTensorType x = tensorType(op.getX()), weight = tensorType(op.getWeight());
  if (!isa<FloatType>(x.getElementType()))
    return refuse(loc, "prelu", "takes a floating-point tensor, not " + describe(x), op.getX());
  if (weight.getRank() != 1 || weight.isDynamicDim(0) || weight.getElementType() != x.getElementType())
    return refuse(loc, "prelu", "weight " + describe(weight) + " does not fit " + describe(x));
  int64_t channels = x.getRank() > 1 ? x.getDimSize(1) : 1;
  if (weight.getDimSize(0) != 1 && weight.getDimSize(0) != channels)
    return refuse(loc, "prelu", "there are " + Twine(weight.getDimSize(0)) + " weights for the " + Twine(channels) +
                                    " channels (dimension 1) of " + describe(x) + "; give num_parameters = 1 or " + Twine(channels),
                  op.getX());
  types.push_back(x);
  return success();
}

/// One weight a channel as [channels, 1, ...], which broadcasts over x [batch, channels, ...].
static RankedTensorType alignedWeight(RankedTensorType x, RankedTensorType weight) {
  SmallVector<int64_t> shape(std::max<int64_t>(x.getRank() - 1, 0), 1);
  if (!shape.empty())
    shape[0] = weight.getDimSize(0);
  return weight.clone(shape);
}

// y = x > 0 ? x : w x:  dx = x > 0 ? g : w g,  dw = sum of x g over x <= 0
SmallVector<Value> PreluOp::emitVjp(OpBuilder &builder, ValueRange cotangents, ArrayRef<bool> needed) {
  Expr g(builder, getLoc(), cotangents[0]), x(builder, getLoc(), getX()), weight(builder, getLoc(), getWeight());
  RankedTensorType aligned = alignedWeight(x.type(), weight.type());
  Value dx = needed[0] ? Value(select(x > 0.0, g, g * reshape(weight, aligned))) : nullptr;
  Value dw = needed[1] ? Value(reshape(sumTo(select(x > 0.0, 0.0, g * x), aligned), weight.type())) : nullptr;
  return {dx, dw};
}

SmallVector<Value> PreluOp::emitLinalg(OpBuilder &builder) {
  RankedTensorType type = tensorType(getX());
  Value weight = reshapeTensor(builder, getLoc(), getWeight(), alignedWeight(type, tensorType(getWeight())));
  return {elementwise(builder, getLoc(), type, {getX(), weight}, [](OpBuilder &b, Location loc, ValueRange args) -> Value {
    Scalar x(b, loc, args[0]), w(b, loc, args[1]);
    return select(x > 0.0, x, x * w);
  })};
}

#define GET_OP_CLASSES
#include "mimo/Ops/Activation.cpp.inc"
