#include "mimo/Ops/Reduction.h"
#include "mimo/IR/Expr.h"
#include "mimo/IR/Inference.h"
#include "mimo/IR/Scalar.h"

using namespace mlir;
using namespace mlir::mimo;

static RankedTensorType tensorType(Value value) { return cast<RankedTensorType>(value.getType()); }

static Signature reductionSignature() {
  return {{"x", FormalKind::Tensor},
          {"axis", FormalKind::Integers, SmallVector<int64_t>{}},
          {"keepdim", FormalKind::Flag, false}};
}
Signature SumOp::getSignature() { return reductionSignature(); }
Signature MeanOp::getSignature() { return reductionSignature(); }

/// The axes as sorted non-negative numbers; all of them where the op lists none.
static SmallVector<int64_t> normalize(ArrayRef<int64_t> axes, int64_t rank) {
  if (axes.empty())
    return llvm::to_vector(llvm::seq<int64_t>(0, rank));
  SmallVector<int64_t> result = llvm::map_to_vector(axes, [&](int64_t axis) { return axis < 0 ? axis + rank : axis; });
  llvm::sort(result);
  return result;
}

static LogicalResult inferReduction(std::optional<Location> loc, StringRef op, Value x, ArrayRef<int64_t> axes, bool keep,
                                    SmallVectorImpl<Type> &types) {
  RankedTensorType type = tensorType(x);
  if (!isa<FloatType>(type.getElementType()))
    return refuse(loc, op, "takes a floating-point tensor, not " + describe(type), x);
  for (int64_t axis : axes)
    if (axis < -type.getRank() || axis >= type.getRank())
      return refuse(loc, op, "axis " + Twine(axis) + " does not exist in " + describe(type), x);
  SmallVector<int64_t> sorted = normalize(axes, type.getRank());
  if (auto *twice = std::adjacent_find(sorted.begin(), sorted.end()); twice != sorted.end())
    return refuse(loc, op, "axis " + Twine(*twice) + " of " + describe(type) + " is given twice");
  SmallVector<int64_t> shape;
  for (int64_t i = 0; i < type.getRank(); ++i)
    if (!llvm::is_contained(sorted, i))
      shape.push_back(type.getDimSize(i));
    else if (keep)
      shape.push_back(1);
  types.push_back(type.clone(shape));
  return success();
}

LogicalResult SumOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op, SmallVectorImpl<Type> &types) {
  return inferReduction(loc, "sum", op.getX(), op.getAxis(), op.getKeepdim(), types);
}
LogicalResult MeanOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op, SmallVectorImpl<Type> &types) {
  return inferReduction(loc, "mean", op.getX(), op.getAxis(), op.getKeepdim(), types);
}

/// Spreads the cotangent of a reduction over what was reduced.
static Expr spread(Expr g, Value x, ArrayRef<int64_t> axes, bool keep) {
  SmallVector<int64_t> dims;
  for (int64_t i = 0; i < tensorType(x).getRank(); ++i)
    if (keep || !llvm::is_contained(axes, i))
      dims.push_back(i);
  return broadcastLike(g, x, dims);
}

// y = sum(x):  dx = g, repeated
SmallVector<Value> SumOp::emitVjp(OpBuilder &builder, ValueRange cotangents, ArrayRef<bool> needed) {
  if (!needed[0])
    return {nullptr};
  Expr g(builder, getLoc(), cotangents[0]);
  return {spread(g, getX(), normalize(getAxis(), tensorType(getX()).getRank()), getKeepdim())};
}

// y = sum(x) / n:  dx = g / n, repeated
SmallVector<Value> MeanOp::emitVjp(OpBuilder &builder, ValueRange cotangents, ArrayRef<bool> needed) {
  if (!needed[0])
    return {nullptr};
  SmallVector<int64_t> axes = normalize(getAxis(), tensorType(getX()).getRank());
  Expr g(builder, getLoc(), cotangents[0]), x(builder, getLoc(), getX());
  return {spread(g / sizeOf(x, axes), getX(), axes, getKeepdim())};
}

static Value emitSum(OpBuilder &b, Location loc, Value x, ArrayRef<int64_t> axes, RankedTensorType result) {
  Type element = tensorType(x).getElementType();
  if (axes.empty())
    return x;
  Value total = reduce(b, loc, x, axes, element, 0, [](OpBuilder &inner, Location where, ValueRange args) -> Value {
    return arith::AddFOp::create(inner, where, args[1], args[0]);
  });
  return reshapeTensor(b, loc, total, result);
}

SmallVector<Value> SumOp::emitLinalg(OpBuilder &b) {
  return {emitSum(b, getLoc(), getX(), normalize(getAxis(), tensorType(getX()).getRank()), tensorType(getOut()))};
}

SmallVector<Value> MeanOp::emitLinalg(OpBuilder &b) {
  SmallVector<int64_t> axes = normalize(getAxis(), tensorType(getX()).getRank());
  Value total = emitSum(b, getLoc(), getX(), axes, tensorType(getOut()));
  // The number of elements is an op of the dialect too: it folds to a constant where no axis is the batch.
  Value count = sizeOf(Expr(b, getLoc(), getX()), axes);
  return {elementwise(b, getLoc(), tensorType(getOut()), {total, count}, [](OpBuilder &inner, Location loc, ValueRange args) -> Value {
    return arith::DivFOp::create(inner, loc, args[0], args[1]);
  })};
}

#define GET_OP_CLASSES
#include "mimo/Ops/Reduction.cpp.inc"
