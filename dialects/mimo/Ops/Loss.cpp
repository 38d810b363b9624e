#include "mimo/Ops/Loss.h"
#include "mimo/IR/Expr.h"
#include "mimo/IR/Inference.h"
#include "mimo/IR/Scalar.h"
#include "mimo/Ops/Softmax.h"

using namespace mlir;
using namespace mlir::mimo;

static RankedTensorType tensorType(Value value) { return cast<RankedTensorType>(value.getType()); }

//===- elementwise ----------------------------------------------------------------------------------------------===//

static Scalar smoothL1(Scalar d, double beta) {
  Scalar size = abs(d);
  return select(size < beta, d * d * (0.5 / beta), size - 0.5 * beta);
}

/// The derivative of smooth_l1: d / beta inside, sign(d) outside.
static Expr smoothL1Slope(Expr d, double beta) {
  Expr inside = abs(d).emit("mimo.lt", {abs(d).value, d.constant(beta).value});
  return select(inside, d / beta, sign(d));
}

LogicalResult SmoothL1Op::verify() {
  double beta = getBeta().convertToDouble();
  if (beta >= 0)
    return success();
  return refuse(getLoc(), "smooth_l1", "beta " + describe(beta) + " is negative");
}

//===- classification -------------------------------------------------------------------------------------------===//

/// Reads class indices of any width as i64 and runs `body` on (element of logits, is it the label's class).
static Value perClass(OpBuilder &b, Location loc, RankedTensorType type, ValueRange logits, Value label,
                      llvm::function_ref<Value(OpBuilder &, Location, Value, Value)> body) {
  SmallVector<Value> inputs(logits);
  inputs.push_back(keepAxis(b, loc, label, 1));
  return elementwise(b, loc, type, inputs, [&](OpBuilder &inner, Location where, ValueRange args) {
    Value index = linalg::IndexOp::create(inner, where, 1);
    Value column = arith::IndexCastOp::create(inner, where, args.back().getType(), index);
    Value isLabel = arith::CmpIOp::create(inner, where, arith::CmpIPredicate::eq, column, args.back());
    return body(inner, where, args.front(), isLabel);
  });
}

Signature CrossEntropyOp::getSignature() { return {{"prediction", FormalKind::Tensor}, {"target", FormalKind::Tensor}}; }
CallContext CrossEntropyOp::getCallContext() { return CallContext::Loss; }

LogicalResult CrossEntropyOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op, SmallVectorImpl<Type> &types) {
  return inferClassification(loc, "cross_entropy", op.getPrediction(), op.getTarget(), types);
}

// l = log sum exp(x) - x[t]:  dx = g (softmax(x) - onehot(t))
SmallVector<Value> CrossEntropyOp::emitVjp(OpBuilder &builder, ValueRange cotangents, ArrayRef<bool> needed) {
  if (!needed[0])
    return {nullptr, nullptr};
  Expr g(builder, getLoc(), cotangents[0]), x(builder, getLoc(), getPrediction());
  Expr p = x.emit("mimo.softmax", {x.value}, {builder.getNamedAttr("axis", builder.getI64IntegerAttr(1))});
  Expr hot = x.emit("mimo.one_hot", {getTarget()},
                    {builder.getNamedAttr("classes", builder.getI64IntegerAttr(x.type().getDimSize(1))),
                     builder.getNamedAttr("precision", TypeAttr::get(x.type().getElementType()))});
  return {appendUnitDims(g, 2) * (p - hot), nullptr};
}

SmallVector<Value> CrossEntropyOp::emitLinalg(OpBuilder &b) {
  Location loc = getLoc();
  SoftmaxParts parts = emitSoftmaxParts(b, loc, getPrediction(), 1);
  RankedTensorType logits = tensorType(getPrediction());
  Value picked = perClass(b, loc, logits, getPrediction(), getTarget(), [](OpBuilder &inner, Location where, Value x, Value isLabel) {
    Value zero = scalarConstant(inner, where, x.getType(), 0);
    return Value(arith::SelectOp::create(inner, where, isLabel, x, zero));
  });
  Value chosen = reduce(b, loc, picked, 1, logits.getElementType(), 0, [](OpBuilder &inner, Location where, ValueRange args) -> Value {
    return arith::AddFOp::create(inner, where, args[1], args[0]);
  });
  return {elementwise(b, loc, tensorType(getOut()), {parts.max, parts.sum, chosen}, [](OpBuilder &inner, Location where, ValueRange args) -> Value {
    Scalar max(inner, where, args[0]), sum(inner, where, args[1]), x(inner, where, args[2]);
    return log(sum) + (max - x);
  })};
}

Signature AccuracyOp::getSignature() { return {{"prediction", FormalKind::Tensor}, {"target", FormalKind::Tensor}}; }
CallContext AccuracyOp::getCallContext() { return CallContext::Metric; }

LogicalResult AccuracyOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op, SmallVectorImpl<Type> &types) {
  return inferClassification(loc, "accuracy", op.getPrediction(), op.getTarget(), types);
}

// The index of the first maximum is the least index among those of the maximum; rows of NaN have none.
SmallVector<Value> AccuracyOp::emitLinalg(OpBuilder &b) {
  Location loc = getLoc();
  RankedTensorType logits = tensorType(getPrediction());
  Type i64 = b.getI64Type();
  double lowest = -std::numeric_limits<double>::infinity();
  Value max = reduce(b, loc, getPrediction(), 1, logits.getElementType(), lowest, [](OpBuilder &inner, Location where, ValueRange args) -> Value {
    return arith::MaximumFOp::create(inner, where, args[1], args[0]);
  });
  double classes = static_cast<double>(logits.getDimSize(1));
  Value candidates = elementwise(b, loc, logits.clone(i64), {getPrediction(), keepAxis(b, loc, max, 1)},
                                 [&](OpBuilder &inner, Location where, ValueRange args) -> Value {
    Scalar x(inner, where, args[0]);
    Value column = arith::IndexCastOp::create(inner, where, i64, linalg::IndexOp::create(inner, where, 1));
    return select(equal(x, x.with(args[1])), x.with(column), classes);
  });
  Value first = reduce(b, loc, candidates, 1, i64, classes, [](OpBuilder &inner, Location where, ValueRange args) -> Value {
    return arith::MinSIOp::create(inner, where, args[1], args[0]);
  });
  return {elementwise(b, loc, tensorType(getOut()), {first, getTarget()}, [&](OpBuilder &inner, Location where, ValueRange args) -> Value {
    Value label = args[1].getType() == i64 ? args[1] : Value(arith::ExtSIOp::create(inner, where, i64, args[1]));
    Value hit = arith::CmpIOp::create(inner, where, arith::CmpIPredicate::eq, args[0], label);
    return arith::UIToFPOp::create(inner, where, logits.getElementType(), hit);
  })};
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

//===- first_out_of_range ---------------------------------------------------------------------------------------===//

LogicalResult FirstOutOfRangeOp::inferReturnTypes(MLIRContext *context, std::optional<Location> loc, Adaptor op, SmallVectorImpl<Type> &types) {
  RankedTensorType values = tensorType(op.getValues());
  if (!values.getElementType().isInteger(32) && !values.getElementType().isInteger(64))
    return refuse(loc, "first_out_of_range", "takes i32 or i64, not " + describe(values), op.getValues());
  if (Value mask = op.getMask()) {
    auto shape = broadcastShapes(loc, "first_out_of_range", values, mask.getType());
    if (failed(shape))
      return failure();
    if (values.getShape() != ArrayRef(*shape) || !tensorType(mask).getElementType().isInteger(1))
      return refuse(loc, "first_out_of_range", "the mask " + describe(mask.getType()) + " does not select from " + describe(values), mask);
  }
  types.push_back(RankedTensorType::get({}, IntegerType::get(context, 64)));
  return success();
}

/// Larger than any index.
static constexpr double kNone = 4611686018427387904.0; // 2^62

/// The row-major index of the element that the enclosing elementwise body computes.
static Value linearIndex(OpBuilder &b, Location loc, RankedTensorType type) {
  Value linear = arith::ConstantIndexOp::create(b, loc, 0);
  for (int64_t i = 0; i < type.getRank(); ++i) {
    if (i > 0)
      linear = arith::MulIOp::create(b, loc, linear, arith::ConstantIndexOp::create(b, loc, type.getDimSize(i)));
    linear = arith::AddIOp::create(b, loc, linear, linalg::IndexOp::create(b, loc, i));
  }
  return arith::IndexCastOp::create(b, loc, b.getI64Type(), linear);
}

SmallVector<Value> FirstOutOfRangeOp::emitLinalg(OpBuilder &b) {
  Location loc = getLoc();
  RankedTensorType type = tensorType(getValues());
  bool isInt64 = type.getElementType().isInteger(64);
  Value offenders = elementwise(b, loc, type.clone(b.getI64Type()), getOperands(), [&](OpBuilder &inner, Location where, ValueRange args) -> Value {
    Scalar value(inner, where, args[0]);
    Scalar bad = value < 0.0;
    if (int64_t bound = getBound(); isInt64 || llvm::isInt<32>(bound)) // no i32 reaches a larger bound
      bad = logicalOr(bad, value >= value.with(arith::ConstantIntOp::create(inner, where, value.value.getType(), bound)));
    if (getMask())
      bad = logicalAnd(bad, bad.with(args[1]));
    return select(bad, Scalar(inner, where, linearIndex(inner, where, type)), kNone);
  });
  Value first = reduce(b, loc, offenders, llvm::to_vector(llvm::seq<int64_t>(0, type.getRank())), b.getI64Type(), kNone,
                       [](OpBuilder &inner, Location where, ValueRange args) -> Value {
    return arith::MinSIOp::create(inner, where, args[1], args[0]);
  });
  return {elementwise(b, loc, tensorType(getOut()), first, [](OpBuilder &inner, Location where, ValueRange args) -> Value {
    Scalar index(inner, where, args[0]);
    return select(index >= kNone, -1.0, index);
  })};
}

#define GET_OP_CLASSES
#include "mimo/Ops/Loss.cpp.inc"
