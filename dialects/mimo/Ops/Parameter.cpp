#include "mimo/Ops/Parameter.h"
#include "mimo/IR/Inference.h"

using namespace mlir;
using namespace mlir::mimo;

Signature ParameterOp::getSignature() {
  return {{"shape", FormalKind::Sizes, SmallVector<int64_t>{}}, {"init", FormalKind::Initializer, {}, /*optional=*/true}};
}

/// The binding itself names it, as an attribute of a module does in PyTorch: the leaf is empty.
FailureOr<Value> ParameterOp::buildFromCall(CallSite &call) {
  SmallVector<int64_t> shape = call.sizes("shape");
  for (int64_t size : shape) {
    if (ShapedType::isDynamic(size))
      return mlir::emitError(call.locOf("shape")) << "parameter: has no batch: it is the same for all samples";
    if (size < 1)
      return mlir::emitError(call.locOf("shape")) << "parameter: a size of " << size << "; it must be at least 1";
  }
  // As of a linear layer: the last dimension is what a unit sees.
  int64_t fanIn = shape.empty() ? 1 : shape.back(), fanOut = shape.size() < 2 ? 1 : shape.front();
  FailureOr<Value> made = call.parameter("", shape, call.initializer("init").value_or(Initializer{"pytorch", {}}), fanIn, fanOut);
  if (failed(made))
    return failure();
  return buildOp(call.builder(), call.loc(), getOperationName(), *made);
}

LogicalResult ParameterOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op, SmallVectorImpl<Type> &types) {
  return inferFloatUnary(loc, "parameter", op.getX(), types);
}
SmallVector<Value> ParameterOp::emitVjp(OpBuilder &, ValueRange cotangents, ArrayRef<bool> needed) {
  return {needed[0] ? cotangents[0] : nullptr};
}
SmallVector<Value> ParameterOp::emitLinalg(OpBuilder &) { return {getX()}; }

#define GET_OP_CLASSES
#include "mimo/Ops/Parameter.cpp.inc"
