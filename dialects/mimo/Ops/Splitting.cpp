#include "mimo/Ops/Splitting.h"
#include "mimo/IR/Axes.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::mimo;

static RankedTensorType tensorType(Value value) { return cast<RankedTensorType>(value.getType()); }

static Value concat(OpBuilder &b, Location loc, ValueRange parts, int64_t axis) {
  FailureOr<Value> joined = buildOp(b, loc, "mimo.concat", parts, b.getNamedAttr("axis", b.getI64IntegerAttr(axis)));
  assert(succeeded(joined) && "parts of one tensor fit");
  return *joined;
}

//===- stack ----------------------------------------------------------------------------------------------------===//

Signature StackOp::getSignature() { return {{"parts", FormalKind::Tensors}, {"axis", FormalKind::Integer, int64_t(1)}}; }

LogicalResult StackOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op, SmallVectorImpl<Type> &types) {
  if (op.getParts().empty())
    return refuse(loc, "stack", "needs at least one tensor");
  RankedTensorType first = tensorType(op.getParts().front());
  int64_t given = op.getAxis(), axis = axisOf(given, first.getRank() + 1);
  if (axis < 0 || axis > first.getRank())
    return refuse(loc, "stack", "axis " + Twine(given) + " does not exist in what is made of " + describe(first), op.getParts().front());
  for (Value part : op.getParts())
    if (tensorType(part) != first)
      return refuse(loc, "stack", describe(first) + " and " + describe(part.getType()) + " must be of one shape and type", part);
  SmallVector<int64_t> shape(first.getShape());
  shape.insert(shape.begin() + axis, op.getParts().size());
  RankedTensorType type = first.clone(shape);
  if (!isBatchFirst(type))
    return refuse(loc, "stack", "the batch of " + describe(first) + " must stay the first dimension", op.getParts().front());
  types.push_back(type);
  return success();
}

// The cotangent of each part is its slice of g.
SmallVector<Value> StackOp::emitVjp(OpBuilder &builder, ValueRange cotangents, ArrayRef<bool> needed) {
  Expr g(builder, getLoc(), cotangents[0]);
  int64_t axis = axisOf(getAxis(), g.type().getRank());
  SmallVector<Value> result;
  for (auto [i, part] : llvm::enumerate(getParts()))
    result.push_back(needed[i] ? Value(reshape(Expr(builder, getLoc(), sliceAlong(g, axis, i, 1)), tensorType(part))) : nullptr);
  return result;
}

SmallVector<Value> StackOp::emitLinalg(OpBuilder &b) {
  RankedTensorType type = tensorType(getOut());
  int64_t axis = axisOf(getAxis(), type.getRank());
  SmallVector<int64_t> shape(type.getShape());
  shape[axis] = 1;
  SmallVector<Value> parts = llvm::map_to_vector(getParts(), [&](Value part) -> Value {
    return reshape(Expr(b, getLoc(), part), type.clone(shape));
  });
  return {concat(b, getLoc(), parts, axis)};
}

//===- split ----------------------------------------------------------------------------------------------------===//

Signature SplitOp::getSignature() {
  return {{"x", FormalKind::Tensor}, {"parts", FormalKind::Integers}, {"axis", FormalKind::Integer, {}, /*optional=*/true}};
}

/// The sizes of equal parts of the axis.
static FailureOr<SmallVector<int64_t>> equalParts(CallSite &call, int64_t count, int64_t axis) {
  RankedTensorType type = tensorType(call.tensor("x"));
  if (count < 1)
    return mlir::emitError(call.locOf("parts")) << "split: " << count << " parts; there must be at least 1";
  int64_t size = type.getDimSize(axis);
  if (size % count != 0) {
    InFlightDiagnostic diagnostic = mlir::emitError(call.locOf("parts"))
                                    << "split: axis " << axis << " of " << describe(type) << " does not fall into " << count << " equal parts";
    diagnostic.attachNote() << "give their sizes as a tuple";
    return diagnostic;
  }
  return SmallVector<int64_t>(count, size / count);
}

FailureOr<SmallVector<Value>> SplitOp::buildResultsFromCall(CallSite &call) {
  Value x = call.tensor("x");
  RankedTensorType type = tensorType(x);
  std::optional<int64_t> given = call.integer("axis");
  if (!given && type.getRank() != 2 && type.getRank() != 4)
    return emitCallError(call) << "needs 'axis' for a tensor of rank " << type.getRank() << ": " << describe(type);
  if (failed(requireAxes(call.loc(), call.callee(), given.value_or(1), x)))
    return failure();
  int64_t axis = axisOf(given.value_or(1), type.getRank());
  if (type.isDynamicDim(axis))
    return emitCallError(call) << "axis " << axis << " of " << describe(type) << " is the batch, which cannot be cut";
  SmallVector<int64_t> sizes = call.integers("parts");
  if (sizes.size() == 1) {
    FailureOr<SmallVector<int64_t>> equal = equalParts(call, sizes[0], axis);
    if (failed(equal))
      return failure();
    sizes = *equal;
  }
  Builder &b = call.builder();
  FailureOr<Operation *> op = buildOperation(call.builder(), call.loc(), getOperationName(), x,
                                             {b.getNamedAttr("sizes", b.getDenseI64ArrayAttr(sizes)),
                                              b.getNamedAttr("axis", b.getI64IntegerAttr(axis))});
  if (failed(op))
    return failure();
  return SmallVector<Value>((*op)->getResults());
}

LogicalResult SplitOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op, SmallVectorImpl<Type> &types) {
  RankedTensorType type = tensorType(op.getX());
  int64_t axis = op.getAxis(), total = 0;
  if (axis < 0 || axis >= type.getRank() || type.isDynamicDim(axis))
    return refuse(loc, "split", "axis " + Twine(axis) + " of " + describe(type) + " cannot be cut", op.getX());
  SmallVector<int64_t> shape(type.getShape());
  for (int64_t size : op.getSizes()) {
    if (size < 1)
      return refuse(loc, "split", "a part of size " + Twine(size) + "; it must be at least 1");
    total = llvm::SaturatingAdd<uint64_t>(total, size) > uint64_t(type.getDimSize(axis)) ? type.getDimSize(axis) + 1 : total + size;
    shape[axis] = size;
    types.push_back(type.clone(shape));
  }
  if (total != type.getDimSize(axis)) {
    types.clear();
    return refuse(loc, "split", "the sizes of the parts do not add up to the " + Twine(type.getDimSize(axis)) + " of axis " + Twine(axis) + " of " + describe(type), op.getX());
  }
  return success();
}

// dx = the cotangents of the parts side by side; zeros where nothing flows into one.
SmallVector<Value> SplitOp::emitVjp(OpBuilder &builder, ValueRange cotangents, ArrayRef<bool> needed) {
  if (!needed[0])
    return {nullptr};
  SmallVector<Value> parts;
  for (auto [part, cotangent] : llvm::zip_equal(getParts(), cotangents))
    parts.push_back(cotangent ? cotangent : Value(zerosLike(Expr(builder, getLoc(), part))));
  return {concat(builder, getLoc(), parts, getAxis())};
}

SmallVector<Value> SplitOp::emitLinalg(OpBuilder &b) {
  SmallVector<Value> parts;
  int64_t start = 0;
  for (int64_t size : getSizes()) {
    parts.push_back(sliceAlong(Expr(b, getLoc(), getX()), getAxis(), start, size));
    start += size;
  }
  return parts;
}

#define GET_OP_CLASSES
#include "mimo/Ops/Splitting.cpp.inc"
