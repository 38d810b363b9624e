#include "mimo/Ops/Elementwise.h"
#include "mimo/IR/Expr.h"
#include "mimo/IR/Inference.h"
#include "mimo/IR/Scalar.h"
#include "mimo/Ops/Shape.h"

using namespace mlir;
using namespace mlir::mimo;

//===- x ** n ----------------------------------------------------------------------------------------------------===//

/// Whole exponents up to this are products, which are as exact as C's pow and faster.
static constexpr double kLargestProduct = 16;

/// x^n by repeated squaring, for n >= 1.
static Scalar powerOfWhole(Scalar x, int64_t n) {
  if (n == 1)
    return x;
  Scalar half = powerOfWhole(x, n / 2);
  Scalar square = half * half;
  return n % 2 ? square * x : square;
}

static Scalar power(Scalar x, double n) {
  if (n == 0)
    return x.constant(1);
  if (std::abs(n) == 0.5) // as in PyTorch, for speed: differs from C's pow at -0 and -inf
    return n > 0 ? sqrt(x) : 1.0 / sqrt(x);
  if (n != std::floor(n) || std::abs(n) > kLargestProduct)
    return pow(x, x.constant(n));
  Scalar whole = powerOfWhole(x, static_cast<int64_t>(std::abs(n)));
  return n < 0 ? 1.0 / whole : whole;
}

/// d x^n = n x^(n - 1)
static Expr powerVjp(Expr g, Expr x, double n) {
  if (n == 0)
    return zerosLike(x);
  if (n == 1)
    return g;
  Builder &b = *x.builder;
  Expr slope = n == 2 ? x : x.emit("mimo.pow", {x.value}, {b.getNamedAttr("exponent", b.getF64FloatAttr(n - 1))});
  return g * (slope * n);
}

/// An exponent that is a number of the model is an attribute, so that small whole ones become products.
FailureOr<Value> PowOp::buildFromCall(CallSite &call) {
  Value x = call.tensor("x"), exponent = call.tensor("exponent");
  auto number = exponent.getDefiningOp<ConstantOp>();
  if (!number || cast<RankedTensorType>(exponent.getType()).getRank() != 0)
    return buildOp(call.builder(), call.loc(), PowerOp::getOperationName(), {x, exponent});
  auto real = dyn_cast<FloatAttr>(number.getValue());
  double value = real ? real.getValueAsDouble() : static_cast<double>(cast<IntegerAttr>(number.getValue()).getInt());
  return buildOp(call.builder(), call.loc(), getOperationName(), x,
                 call.builder().getNamedAttr("exponent", call.builder().getF64FloatAttr(value)));
}

//===- x ** y ----------------------------------------------------------------------------------------------------===//

LogicalResult PowerOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op, SmallVectorImpl<Type> &types) {
  for (Value operand : op.getOperands())
    if (!isa<FloatType>(getElementTypeOrSelf(operand.getType())))
      return refuse(loc, "pow", "takes floating-point tensors, not " + describe(operand.getType()) + "; float(x) converts whole numbers and conditions", operand);
  return inferArithmetic(loc, "pow", op.getX(), op.getY(), types);
}

// d x^y = y x^(y - 1) dx + x^y log x dy;  0 for y = 0, and x^y does not move with y where it is 0^y = 0.
SmallVector<Value> PowerOp::emitVjp(OpBuilder &builder, ValueRange cotangents, ArrayRef<bool> needed) {
  Expr g(builder, getLoc(), cotangents[0]), x(builder, getLoc(), getX()), y(builder, getLoc(), getY());
  Expr out(builder, getLoc(), getOut());
  Value dx, dy;
  if (needed[0]) {
    Expr slope = y * x.emit("mimo.power", {x.value, (y - 1.0).value});
    dx = sumTo(select(equal(y, 0.0), 0.0, g * slope), x.type());
  }
  if (needed[1]) {
    Expr stays = x.emit("mimo.and", {equal(x, 0.0).value, (y >= 0.0).value});
    dy = sumTo(select(stays, 0.0, g * (out * log(x))), y.type());
  }
  return {dx, dy};
}

SmallVector<Value> PowerOp::emitLinalg(OpBuilder &builder) {
  auto type = cast<RankedTensorType>(getOut().getType());
  return {elementwise(builder, getLoc(), type, getOperands(), [](OpBuilder &b, Location loc, ValueRange args) -> Value {
    return pow(Scalar(b, loc, args[0]), Scalar(b, loc, args[1]));
  })};
}

//===- maximum, minimum, clamp -----------------------------------------------------------------------------------===//

/// The cotangent of x in max(x, y) or min(x, y).
static Expr shareOf(Expr g, Expr x, Expr y, Expr isTheOther) {
  return select(equal(x, y), g * 0.5, select(isTheOther, 0.0, g));
}

LogicalResult ClampOp::verify() {
  if (getMin() || getMax())
    return success();
  return refuse(getLoc(), "clamp", "needs a bound: give 'min', 'max' or both");
}

/// As in PyTorch, max wins where the bounds cross.
static Scalar clampScalar(Scalar x, const std::optional<APFloat> &min, const std::optional<APFloat> &max) {
  if (min)
    x = maximum(x, min->convertToDouble());
  return max ? minimum(x, max->convertToDouble()) : x;
}

static Expr clampVjp(Expr g, Expr x, const std::optional<APFloat> &min, const std::optional<APFloat> &max) {
  if (max)
    g = select(x <= max->convertToDouble(), g, 0.0);
  return min ? select(x >= min->convertToDouble(), g, 0.0) : g;
}

#define GET_OP_CLASSES
#include "mimo/Ops/Elementwise.cpp.inc"
