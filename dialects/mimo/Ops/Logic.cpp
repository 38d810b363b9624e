#include "mimo/Ops/Logic.h"
#include "mimo/IR/Expr.h"
#include "mimo/IR/Inference.h"
#include "mimo/IR/Scalar.h"

using namespace mlir;
using namespace mlir::mimo;

//===- select ---------------------------------------------------------------------------------------------------===//

Signature SelectOp::getSignature() {
  return {{"condition", FormalKind::Tensor}, {"yes", FormalKind::Tensor}, {"no", FormalKind::Tensor}};
}

LogicalResult SelectOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op, SmallVectorImpl<Type> &types) {
  auto condition = cast<RankedTensorType>(op.getCondition().getType());
  auto yes = cast<RankedTensorType>(op.getYes().getType()), no = cast<RankedTensorType>(op.getNo().getType());
  if (!condition.getElementType().isInteger(1))
    return refuse(loc, "select", "the condition must be the result of comparisons (bool), not " + describe(condition));
  if (yes.getElementType() != no.getElementType())
    return refuse(loc, "select", "the choices " + describe(yes) + " and " + describe(no) + " have different element types");
  auto choices = broadcastShapes(loc, "select", yes, no);
  if (failed(choices))
    return failure();
  auto shape = broadcastShapes(loc, "select", condition, yes.clone(*choices));
  if (failed(shape))
    return failure();
  types.push_back(yes.clone(*shape));
  return success();
}

// select(c, x, y):  dx = c ? g : 0,  dy = c ? 0 : g
SmallVector<Value> SelectOp::emitVjp(OpBuilder &builder, ValueRange cotangents, ArrayRef<bool> needed) {
  Expr g(builder, getLoc(), cotangents[0]), c(builder, getLoc(), getCondition());
  auto typeOf = [](Value value) { return cast<RankedTensorType>(value.getType()); };
  Value dYes = needed[1] ? Value(sumTo(select(c, g, 0.0), typeOf(getYes()))) : nullptr;
  Value dNo = needed[2] ? Value(sumTo(select(c, 0.0, g), typeOf(getNo()))) : nullptr;
  return {nullptr, dYes, dNo};
}

SmallVector<Value> SelectOp::emitLinalg(OpBuilder &builder) {
  auto type = cast<RankedTensorType>(getOut().getType());
  return {elementwise(builder, getLoc(), type, getOperands(), [](OpBuilder &b, Location loc, ValueRange args) -> Value {
    return arith::SelectOp::create(b, loc, args[0], args[1], args[2]);
  })};
}

//===- float ----------------------------------------------------------------------------------------------------===//

Signature FloatOp::getSignature() { return {{"x", FormalKind::Tensor}}; }
bool FloatOp::isElementwise() { return true; }

// What is floating-point already keeps its gradient, because there is no op.
FailureOr<Value> FloatOp::buildFromCall(CallSite &call) {
  Value x = call.tensor("x");
  if (isa<FloatType>(cast<RankedTensorType>(x.getType()).getElementType()))
    return x;
  OpBuilder &b = call.builder();
  return buildOp(b, call.loc(), getOperationName(), x, b.getNamedAttr("precision", TypeAttr::get(call.precision())));
}

LogicalResult FloatOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op, SmallVectorImpl<Type> &types) {
  auto x = cast<RankedTensorType>(op.getX().getType());
  if (!x.getElementType().isInteger())
    return refuse(loc, "float", "takes whole numbers or conditions, not " + describe(x), op.getX());
  if (!isa<FloatType>(op.getPrecision()))
    return refuse(loc, "float", "gives floating-point numbers, not " + describe(op.getPrecision()));
  types.push_back(x.clone(op.getPrecision()));
  return success();
}

SmallVector<Value> FloatOp::emitLinalg(OpBuilder &builder) { return {convert(Expr(builder, getLoc(), getX()), getPrecision())}; }

//===- cast -----------------------------------------------------------------------------------------------------===//

LogicalResult CastOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op, SmallVectorImpl<Type> &types) {
  Type to = op.getTo();
  if (!to.isF32() && !to.isF64() && !to.isInteger(32) && !to.isInteger(64))
    return refuse(loc, "cast", "to f32, f64, i32 or i64 only, not " + describe(to) + "; a comparison gives bool");
  types.push_back(cast<RankedTensorType>(op.getX().getType()).clone(op.getTo()));
  return success();
}

SmallVector<Value> CastOp::emitVjp(OpBuilder &builder, ValueRange cotangents, ArrayRef<bool> needed) {
  Type from = cast<RankedTensorType>(getX().getType()).getElementType();
  if (!needed[0] || !isa<FloatType>(from))
    return {nullptr};
  return {convert(Expr(builder, getLoc(), cotangents[0]), from)};
}

static Value castScalar(OpBuilder &b, Location loc, Value x, Type to) {
  Type from = x.getType();
  if (from == to)
    return x;
  if (isa<FloatType>(from) && isa<FloatType>(to)) {
    if (from.getIntOrFloatBitWidth() < to.getIntOrFloatBitWidth())
      return arith::ExtFOp::create(b, loc, to, x);
    return arith::TruncFOp::create(b, loc, to, x);
  }
  if (isa<FloatType>(to))
    return from.isInteger(1) ? Value(arith::UIToFPOp::create(b, loc, to, x)) : Value(arith::SIToFPOp::create(b, loc, to, x));
  if (isa<FloatType>(from))
    return arith::FPToSIOp::create(b, loc, to, x);
  if (from.getIntOrFloatBitWidth() > to.getIntOrFloatBitWidth())
    return arith::TruncIOp::create(b, loc, to, x);
  return from.isInteger(1) ? Value(arith::ExtUIOp::create(b, loc, to, x)) : Value(arith::ExtSIOp::create(b, loc, to, x));
}

SmallVector<Value> CastOp::emitLinalg(OpBuilder &builder) {
  auto type = cast<RankedTensorType>(getOut().getType());
  return {elementwise(builder, getLoc(), type, getX(), [&](OpBuilder &b, Location loc, ValueRange args) {
    return castScalar(b, loc, args[0], type.getElementType());
  })};
}

#define GET_OP_CLASSES
#include "mimo/Ops/Logic.cpp.inc"
