#include "mimo/Ops/Linear.h"
#include "mimo/IR/Expr.h"
#include "mimo/IR/Inference.h"
#include "mimo/IR/LinalgBuilders.h"

using namespace mlir;
using namespace mlir::mimo;

static RankedTensorType tensorType(Value value) { return cast<RankedTensorType>(value.getType()); }

//===- linear ---------------------------------------------------------------------------------------------------===//

Signature LinearOp::getSignature() {
  return {{"x", FormalKind::Tensor},
          {"units", FormalKind::Integer},
          {"bias", FormalKind::Flag, true},
          {"init", FormalKind::Initializer, {}, /*optional=*/true},
          {"bias_init", FormalKind::Initializer, {}, /*optional=*/true}};
}

FailureOr<Value> LinearOp::buildFromCall(CallSite &call) {
  Value x = call.tensor("x");
  RankedTensorType type = tensorType(x);
  int64_t units = *call.integer("units");
  if (units < 1)
    return mlir::emitError(call.locOf("units")) << "linear: " << units << " units; there must be at least 1";
  if (type.getRank() != 2 || type.isDynamicDim(1)) {
    InFlightDiagnostic diagnostic = emitCallError(call) << "input is " << describe(type)
                                                        << (type.getRank() == 4 ? " (an image tensor)" : "") << ", not [batch, features]";
    if (type.getRank() > 2)
      diagnostic.attachNote() << "insert 'flatten' before 'linear'";
    return diagnostic;
  }
  int64_t fanIn = type.getDimSize(1);
  Initializer pytorch{"pytorch", {}};
  FailureOr<Value> weight = call.parameter("weight", {units, fanIn}, call.initializer("init").value_or(pytorch), fanIn, units);
  if (failed(weight))
    return failure();
  SmallVector<Value> operands{x, *weight};
  if (call.flag("bias")) {
    FailureOr<Value> bias = call.parameter("bias", {units}, call.initializer("bias_init").value_or(pytorch), fanIn, units);
    if (failed(bias))
      return failure();
    operands.push_back(*bias);
  }
  return buildOp(call.builder(), call.loc(), getOperationName(), operands);
}

LogicalResult LinearOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op, SmallVectorImpl<Type> &types) {
  RankedTensorType x = tensorType(op.getX()), weight = tensorType(op.getWeight());
  if (!isa<FloatType>(x.getElementType()))
    return refuse(loc, "linear", "takes a floating-point tensor, not " + describe(x), op.getX());
  if (x.getRank() != 2 || weight.getRank() != 2 || x.getDimSize(1) != weight.getDimSize(1) || x.getElementType() != weight.getElementType())
    return refuse(loc, "linear", "input " + describe(x) + " does not fit weights " + describe(weight), op.getX());
  if (op.getBias() && tensorType(op.getBias()) != weight.clone(weight.getShape().take_front(1)))
    return refuse(loc, "linear", "bias " + describe(op.getBias().getType()) + " does not fit weights " + describe(weight));
  types.push_back(x.clone({x.getDimSize(0), weight.getDimSize(0)}));
  return success();
}

// y = x W^T + b:  dx = g W,  dW = g^T x,  db = sum over rows of g
SmallVector<Value> LinearOp::emitVjp(OpBuilder &builder, ValueRange cotangents, ArrayRef<bool> needed) {
  Expr g(builder, getLoc(), cotangents[0]), x(builder, getLoc(), getX()), w(builder, getLoc(), getWeight());
  SmallVector<Value> result{needed[0] ? Value(matmul(g, w, false, false)) : nullptr,
                            needed[1] ? Value(matmul(g, x, true, false)) : nullptr};
  if (getBias())
    result.push_back(needed[2] ? Value(sum(g, {0})) : nullptr);
  return result;
}

// The transpose is an op of its own: it turns the product into the form whose rows are contiguous, and its cost does not
// grow with the batch. The bias is what the accumulators start from.
SmallVector<Value> LinearOp::emitLinalg(OpBuilder &b) {
  RankedTensorType type = tensorType(getOut());
  Value init = getBias() ? broadcastInto(b, getLoc(), type, getX(), getBias(), {1}) : filledTensor(b, getLoc(), type, getX(), 0);
  return {contract(b, getLoc(), getX(), transpose2d(b, getLoc(), getWeight()), init, /*transposeLhs=*/false)};
}

//===- matmul ---------------------------------------------------------------------------------------------------===//

LogicalResult MatmulOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op, SmallVectorImpl<Type> &types) {
  RankedTensorType a = tensorType(op.getA()), b = tensorType(op.getB());
  if (a.getRank() != 2 || b.getRank() != 2 || a.getElementType() != b.getElementType() || !isa<FloatType>(a.getElementType()))
    return refuse(loc, "matmul", "takes two matrices of one floating-point type, not " + describe(a) + " and " + describe(b));
  bool ta = op.getTransposeA(), tb = op.getTransposeB();
  if (a.getDimSize(ta ? 0 : 1) != b.getDimSize(tb ? 1 : 0))
    return refuse(loc, "matmul", "inner sizes of " + describe(a) + " and " + describe(b) + " differ");
  types.push_back(a.clone({a.getDimSize(ta ? 1 : 0), b.getDimSize(tb ? 0 : 1)}));
  return success();
}

// C = A B with A, B possibly transposed: the cotangent of a factor is a product with the other factor, arranged so that
// it comes out in the factor's own orientation.
SmallVector<Value> MatmulOp::emitVjp(OpBuilder &builder, ValueRange cotangents, ArrayRef<bool> needed) {
  Expr g(builder, getLoc(), cotangents[0]), a(builder, getLoc(), getA()), b(builder, getLoc(), getB());
  bool ta = getTransposeA(), tb = getTransposeB();
  Value da, db;
  if (needed[0])
    da = ta ? matmul(b, g, tb, true) : matmul(g, b, false, !tb);
  if (needed[1])
    db = tb ? matmul(g, a, true, ta) : matmul(a, g, !ta, false);
  return {da, db};
}

SmallVector<Value> MatmulOp::emitLinalg(OpBuilder &b) {
  Value rhs = getTransposeB() ? transpose2d(b, getLoc(), getB()) : getB();
  Value init = filledTensor(b, getLoc(), tensorType(getOut()), {getA(), getB()}, 0);
  return {contract(b, getLoc(), getA(), rhs, init, getTransposeA())};
}

#define GET_OP_CLASSES
#include "mimo/Ops/Linear.cpp.inc"
