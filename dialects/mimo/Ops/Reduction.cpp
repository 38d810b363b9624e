#include "mimo/Ops/Reduction.h"
#include "mimo/IR/Axes.h"
#include "mimo/IR/Scalar.h"

using namespace mlir;
using namespace mlir::mimo;

static RankedTensorType tensorType(Value value) { return cast<RankedTensorType>(value.getType()); }

Signature SumOp::getSignature() { return reductionSignature(); }
Signature MeanOp::getSignature() { return reductionSignature(); }
Signature ProdOp::getSignature() { return reductionSignature(); }
Signature AnyOp::getSignature() { return reductionSignature(); }
Signature AllOp::getSignature() { return reductionSignature(); }

static LogicalResult inferFloatReduction(std::optional<Location> loc, StringRef op, Value x, ArrayRef<int64_t> axes, bool keep,
                                         SmallVectorImpl<Type> &types) {
  if (!isa<FloatType>(tensorType(x).getElementType()))
    return refuse(loc, op, "takes a floating-point tensor, not " + describe(x.getType()), x);
  return inferReduction(loc, op, x, axes, keep, types);
}

/// Sums and products of whole numbers are i64, as PyTorch's.
static LogicalResult inferNumberReduction(std::optional<Location> loc, StringRef op, Value x, ArrayRef<int64_t> axes, bool keep,
                                          SmallVectorImpl<Type> &types) {
  Type element = tensorType(x).getElementType();
  if (element.isInteger(1))
    return refuse(loc, op, "takes numbers, not " + describe(x.getType()) + "; 'any' and 'all' take conditions, select(x, 1, 0) makes numbers of them", x);
  return inferReduction(loc, op, x, axes, keep, types, isa<FloatType>(element) ? element : IntegerType::get(element.getContext(), 64));
}

LogicalResult SumOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op, SmallVectorImpl<Type> &types) {
  return inferNumberReduction(loc, "sum", op.getX(), op.getAxis(), op.getKeepdim(), types);
}
LogicalResult MeanOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op, SmallVectorImpl<Type> &types) {
  return inferFloatReduction(loc, "mean", op.getX(), op.getAxis(), op.getKeepdim(), types);
}
LogicalResult ProdOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op, SmallVectorImpl<Type> &types) {
  return inferNumberReduction(loc, "prod", op.getX(), op.getAxis(), op.getKeepdim(), types);
}

static LogicalResult inferConditions(std::optional<Location> loc, StringRef op, Value x, ArrayRef<int64_t> axes, bool keep, SmallVectorImpl<Type> &types) {
  if (!tensorType(x).getElementType().isInteger(1))
    return refuse(loc, op, "takes conditions (bool), not " + describe(x.getType()) + "; a comparison makes them: x != 0", x);
  return inferReduction(loc, op, x, axes, keep, types);
}
LogicalResult AnyOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op, SmallVectorImpl<Type> &types) {
  return inferConditions(loc, "any", op.getX(), op.getAxis(), op.getKeepdim(), types);
}
LogicalResult AllOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op, SmallVectorImpl<Type> &types) {
  return inferConditions(loc, "all", op.getX(), op.getAxis(), op.getKeepdim(), types);
}

// y = sum(x):  dx = g, repeated
SmallVector<Value> SumOp::emitVjp(OpBuilder &builder, ValueRange cotangents, ArrayRef<bool> needed) {
  if (!needed[0])
    return {nullptr};
  Expr g(builder, getLoc(), cotangents[0]);
  return {spread(g, getX(), axesOf(getAxis(), tensorType(getX()).getRank()), getKeepdim())};
}

// y = sum(x) / n:  dx = g / n, repeated
SmallVector<Value> MeanOp::emitVjp(OpBuilder &builder, ValueRange cotangents, ArrayRef<bool> needed) {
  if (!needed[0])
    return {nullptr};
  SmallVector<int64_t> axes = axesOf(getAxis(), tensorType(getX()).getRank());
  Expr g(builder, getLoc(), cotangents[0]), x(builder, getLoc(), getX());
  return {spread(g / sizeOf(x, axes), getX(), axes, getKeepdim())};
}

// y = prod(x):  dx_i = g * product of the others. That is y / x_i, and where x_i = 0 the product of all elements that are
// not 0, unless another one is 0, too.
SmallVector<Value> ProdOp::emitVjp(OpBuilder &builder, ValueRange cotangents, ArrayRef<bool> needed) {
  if (!needed[0])
    return {nullptr};
  Expr g(builder, getLoc(), cotangents[0]), x(builder, getLoc(), getX()), y(builder, getLoc(), getOut());
  SmallVector<int64_t> axes = axesOf(getAxis(), x.type().getRank());
  Expr isZero = equal(x, 0.0);
  Expr others = reduceBy("mimo.prod", select(isZero, 1.0, x), axes, /*keep=*/true);
  Expr zeros = sum(convert(isZero, x.type().getElementType()), axes, /*keepDims=*/true);
  Expr without = select(zeros <= 1.0, others, others * 0.0);
  return {spread(g, x, axes, getKeepdim()) * select(isZero, without, spread(y, x, axes, getKeepdim()) / x)};
}

/// Adds or multiplies over the axes, in the element type of the result.
template <typename FloatCombine, typename IntegerCombine>
static Value emitReduction(OpBuilder &b, Location loc, Value x, ArrayRef<int64_t> axes, int64_t identity, RankedTensorType result) {
  Type element = result.getElementType();
  Value numbers = convert(Expr(b, loc, x), element);
  if (axes.empty())
    return numbers;
  TypedAttr start = isa<FloatType>(element) ? TypedAttr(b.getFloatAttr(element, identity)) : TypedAttr(b.getIntegerAttr(element, identity));
  Value total = reduce(b, loc, numbers, axes, arith::ConstantOp::create(b, loc, start), [](OpBuilder &inner, Location where, ValueRange args) -> Value {
    return applyBinary<FloatCombine, IntegerCombine>(Scalar(inner, where, args[1]), Scalar(inner, where, args[0]));
  });
  return reshapeTensor(b, loc, total, result);
}

SmallVector<Value> SumOp::emitLinalg(OpBuilder &b) {
  SmallVector<int64_t> axes = axesOf(getAxis(), tensorType(getX()).getRank());
  return {emitReduction<arith::AddFOp, arith::AddIOp>(b, getLoc(), getX(), axes, 0, tensorType(getOut()))};
}

SmallVector<Value> ProdOp::emitLinalg(OpBuilder &b) {
  SmallVector<int64_t> axes = axesOf(getAxis(), tensorType(getX()).getRank());
  return {emitReduction<arith::MulFOp, arith::MulIOp>(b, getLoc(), getX(), axes, 1, tensorType(getOut()))};
}

SmallVector<Value> MeanOp::emitLinalg(OpBuilder &b) {
  SmallVector<int64_t> axes = axesOf(getAxis(), tensorType(getX()).getRank());
  Value total = emitReduction<arith::AddFOp, arith::AddIOp>(b, getLoc(), getX(), axes, 0, tensorType(getOut()));
  // The number of elements is an op of the dialect too: it folds to a constant where no axis is the batch.
  Value count = sizeOf(Expr(b, getLoc(), getX()), axes);
  return {elementwise(b, getLoc(), tensorType(getOut()), {total, count}, [](OpBuilder &inner, Location loc, ValueRange args) -> Value {
    return arith::DivFOp::create(inner, loc, args[0], args[1]);
  })};
}

/// One condition holds where the largest of the numbers 0 and 1 is 1, all of them where the smallest is.
static Value emitConditions(OpBuilder &b, Location loc, Value x, ArrayRef<int64_t> axes, bool keep, StringRef extremum) {
  Expr numbers = convert(Expr(b, loc, x), b.getI32Type());
  return numbers.emit("mimo.ne", {reduceBy(extremum, numbers, axes, keep).value, numbers.constant(0).value});
}
SmallVector<Value> AnyOp::emitLinalg(OpBuilder &b) {
  return {emitConditions(b, getLoc(), getX(), axesOf(getAxis(), tensorType(getX()).getRank()), getKeepdim(), "mimo.max")};
}
SmallVector<Value> AllOp::emitLinalg(OpBuilder &b) {
  return {emitConditions(b, getLoc(), getX(), axesOf(getAxis(), tensorType(getX()).getRank()), getKeepdim(), "mimo.min")};
}

#define GET_OP_CLASSES
#include "mimo/Ops/Reduction.cpp.inc"
