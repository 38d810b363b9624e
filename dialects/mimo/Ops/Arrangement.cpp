#include "mimo/Ops/Arrangement.h"
#include "mimo/IR/Axes.h"
#include "mimo/IR/LinalgBuilders.h"
#include "mlir/Dialect/Utils/IndexingUtils.h"

using namespace mlir;
using namespace mlir::mimo;

static RankedTensorType tensorType(Value value) { return cast<RankedTensorType>(value.getType()); }

//===- flip -----------------------------------------------------------------------------------------------------===//

Signature FlipOp::getSignature() { return {{"x", FormalKind::Tensor}, {"axis", FormalKind::Integers}}; }

LogicalResult FlipOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op, SmallVectorImpl<Type> &types) {
  if (failed(requireAxes(loc, "flip", op.getAxis(), op.getX())))
    return failure();
  types.push_back(op.getX().getType());
  return success();
}

SmallVector<Value> FlipOp::emitVjp(OpBuilder &builder, ValueRange cotangents, ArrayRef<bool> needed) {
  if (!needed[0])
    return {nullptr};
  Expr g(builder, getLoc(), cotangents[0]);
  return {g.emit("mimo.flip", g.value, builder.getNamedAttr("axis", getAxisAttr()))};
}

/// x from its last row to its first. The last row is known at run time only, so the index is computed and not mapped.
static Value reverseBatch(OpBuilder &b, Location loc, Value x) {
  RankedTensorType type = tensorType(x);
  Value last = arith::SubIOp::create(b, loc, tensor::DimOp::create(b, loc, x, 0), arith::ConstantIndexOp::create(b, loc, 1));
  AffineMap identity = b.getMultiDimIdentityMap(type.getRank());
  SmallVector<utils::IteratorType> parallel(type.getRank(), utils::IteratorType::parallel);
  return linalg::GenericOp::create(b, loc, type, ValueRange(), emptyTensor(b, loc, type, x), identity, parallel,
                                   [&](OpBuilder &inner, Location where, ValueRange) {
                                     SmallVector<Value> at;
                                     for (int64_t i = 0; i < type.getRank(); ++i)
                                       at.push_back(linalg::IndexOp::create(inner, where, i));
                                     at[0] = arith::SubIOp::create(inner, where, last, at[0]);
                                     Value element = tensor::ExtractOp::create(inner, where, x, at);
                                     linalg::YieldOp::create(inner, where, element);
                                   })
      .getResult(0);
}

/// Reads the axes, whose sizes are known, from their ends.
static Value reverseAxes(OpBuilder &b, Location loc, Value x, ArrayRef<int64_t> axes) {
  RankedTensorType type = tensorType(x);
  SmallVector<AffineExpr> exprs;
  for (int64_t i = 0; i < type.getRank(); ++i) {
    AffineExpr index = b.getAffineDimExpr(i);
    exprs.push_back(llvm::is_contained(axes, i) ? b.getAffineConstantExpr(type.getDimSize(i) - 1) - index : index);
  }
  AffineMap reversed = AffineMap::get(type.getRank(), 0, exprs, b.getContext());
  SmallVector<utils::IteratorType> parallel(type.getRank(), utils::IteratorType::parallel);
  return linalg::GenericOp::create(b, loc, type, x, emptyTensor(b, loc, type, x),
                                   ArrayRef{reversed, b.getMultiDimIdentityMap(type.getRank())}, parallel,
                                   [](OpBuilder &inner, Location where, ValueRange args) {
                                     linalg::YieldOp::create(inner, where, args[0]);
                                   })
      .getResult(0);
}

SmallVector<Value> FlipOp::emitLinalg(OpBuilder &b) {
  RankedTensorType type = tensorType(getX());
  SmallVector<int64_t> axes = axesOf(getAxis(), type.getRank());
  Value result = getX();
  if (!axes.empty() && type.isDynamicDim(axes[0])) {
    result = reverseBatch(b, getLoc(), result);
    axes.erase(axes.begin());
  }
  return {axes.empty() ? result : reverseAxes(b, getLoc(), result, axes)};
}

//===- permute, transpose ---------------------------------------------------------------------------------------===//

/// The type of x with dimension axes[i] at i.
static LogicalResult inferPermuted(std::optional<Location> loc, StringRef op, Value x, ArrayRef<int64_t> axes, SmallVectorImpl<Type> &types) {
  RankedTensorType type = tensorType(x);
  if (type.getRank() > 0 && type.isDynamicDim(0) && axes[0] != 0)
    return refuse(loc, op, "the batch of " + describe(type) + " must stay the first dimension", x);
  types.push_back(type.clone(applyPermutation(type.getShape(), axes)));
  return success();
}

static Value emitPermutation(OpBuilder &b, Location loc, Value x, RankedTensorType type, ArrayRef<int64_t> axes) {
  if (llvm::is_sorted(axes))
    return x;
  return linalg::TransposeOp::create(b, loc, x, emptyTensor(b, loc, type, x), axes)->getResult(0);
}

Signature PermuteOp::getSignature() { return {{"x", FormalKind::Tensor}, {.name = "axes", .kind = FormalKind::Integers, .rest = true}}; }

/// The axes counted from the front, in their order.
static SmallVector<int64_t> orderOf(ArrayRef<int64_t> axes, int64_t rank) {
  return llvm::map_to_vector(axes, [&](int64_t axis) { return axisOf(axis, rank); });
}

LogicalResult PermuteOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op, SmallVectorImpl<Type> &types) {
  int64_t rank = tensorType(op.getX()).getRank();
  if (failed(requireAxes(loc, "permute", op.getAxes(), op.getX())))
    return failure();
  if (static_cast<int64_t>(op.getAxes().size()) != rank)
    return refuse(loc, "permute", "needs each axis of " + describe(op.getX().getType()) + " once, and " + Twine(op.getAxes().size()) +
                                      (op.getAxes().size() == 1 ? " is" : " are") + " given", op.getX());
  return inferPermuted(loc, "permute", op.getX(), orderOf(op.getAxes(), rank), types);
}
SmallVector<Value> PermuteOp::emitVjp(OpBuilder &builder, ValueRange cotangents, ArrayRef<bool> needed) {
  if (!needed[0])
    return {nullptr};
  Expr g(builder, getLoc(), cotangents[0]);
  SmallVector<int64_t> back = invertPermutationVector(orderOf(getAxes(), g.type().getRank()));
  return {g.emit("mimo.permute", g.value, builder.getNamedAttr("axes", builder.getDenseI64ArrayAttr(back)))};
}
SmallVector<Value> PermuteOp::emitLinalg(OpBuilder &b) {
  RankedTensorType type = tensorType(getOut());
  return {emitPermutation(b, getLoc(), getX(), type, orderOf(getAxes(), type.getRank()))};
}

Signature TransposeOp::getSignature() {
  return {{"x", FormalKind::Tensor}, {"first", FormalKind::Integer, int64_t(-2)}, {"second", FormalKind::Integer, int64_t(-1)}};
}

/// All axes in order, but the two exchanged.
static SmallVector<int64_t> exchanged(int64_t first, int64_t second, int64_t rank) {
  SmallVector<int64_t> axes = llvm::to_vector(llvm::seq<int64_t>(0, rank));
  std::swap(axes[axisOf(first, rank)], axes[axisOf(second, rank)]);
  return axes;
}

LogicalResult TransposeOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op, SmallVectorImpl<Type> &types) {
  for (int64_t axis : {op.getFirst(), op.getSecond()})
    if (failed(requireAxes(loc, "transpose", axis, op.getX())))
      return failure();
  return inferPermuted(loc, "transpose", op.getX(), exchanged(op.getFirst(), op.getSecond(), tensorType(op.getX()).getRank()), types);
}
SmallVector<Value> TransposeOp::emitVjp(OpBuilder &builder, ValueRange cotangents, ArrayRef<bool> needed) {
  if (!needed[0])
    return {nullptr};
  Expr g(builder, getLoc(), cotangents[0]);
  return {g.emit("mimo.transpose", g.value, {builder.getNamedAttr("first", getFirstAttr()), builder.getNamedAttr("second", getSecondAttr())})};
}
SmallVector<Value> TransposeOp::emitLinalg(OpBuilder &b) {
  RankedTensorType type = tensorType(getOut());
  return {emitPermutation(b, getLoc(), getX(), type, exchanged(getFirst(), getSecond(), type.getRank()))};
}

#define GET_OP_CLASSES
#include "mimo/Ops/Arrangement.cpp.inc"
