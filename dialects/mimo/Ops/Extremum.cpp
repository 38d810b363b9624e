#include "mimo/Ops/Extremum.h"
#include "mimo/IR/Axes.h"
#include "mimo/IR/Scalar.h"

using namespace mlir;
using namespace mlir::mimo;

static RankedTensorType tensorType(Value value) { return cast<RankedTensorType>(value.getType()); }

Signature MaxOp::getSignature() { return reductionSignature(); }
Signature MinOp::getSignature() { return reductionSignature(); }
Signature ArgmaxOp::getSignature() { return reductionSignature(); }
Signature ArgminOp::getSignature() { return reductionSignature(); }

static LogicalResult inferExtremum(std::optional<Location> loc, StringRef op, Value x, ArrayRef<int64_t> axes, bool keep,
                                   SmallVectorImpl<Type> &types, Type elementType = {}) {
  if (tensorType(x).getElementType().isInteger(1))
    return refuse(loc, op, "takes numbers, not " + describe(x.getType()), x);
  return inferReduction(loc, op, x, axes, keep, types, elementType);
}
LogicalResult MaxOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op, SmallVectorImpl<Type> &types) {
  return inferExtremum(loc, "max", op.getX(), op.getAxis(), op.getKeepdim(), types);
}
LogicalResult MinOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op, SmallVectorImpl<Type> &types) {
  return inferExtremum(loc, "min", op.getX(), op.getAxis(), op.getKeepdim(), types);
}
LogicalResult ArgmaxOp::inferReturnTypes(MLIRContext *context, std::optional<Location> loc, Adaptor op, SmallVectorImpl<Type> &types) {
  return inferExtremum(loc, "argmax", op.getX(), op.getAxis(), op.getKeepdim(), types, IntegerType::get(context, 64));
}
LogicalResult ArgminOp::inferReturnTypes(MLIRContext *context, std::optional<Location> loc, Adaptor op, SmallVectorImpl<Type> &types) {
  return inferExtremum(loc, "argmin", op.getX(), op.getAxis(), op.getKeepdim(), types, IntegerType::get(context, 64));
}

// y = max(x): the elements that equal y share g. Where y is NaN none does, and dx = g * 0 / 0, as in PyTorch.
static Value extremumVjp(Expr g, Expr x, Expr y, ArrayRef<int64_t> axes, bool keep) {
  Expr chosen = convert(equal(x, spread(y, x, axes, keep)), x.type().getElementType());
  return spread(g, x, axes, keep) * chosen / sum(chosen, axes, /*keepDims=*/true);
}

SmallVector<Value> MaxOp::emitVjp(OpBuilder &builder, ValueRange cotangents, ArrayRef<bool> needed) {
  if (!needed[0])
    return {nullptr};
  Expr g(builder, getLoc(), cotangents[0]), x(builder, getLoc(), getX()), out(builder, getLoc(), getOut());
  return {extremumVjp(g, x, out, axesOf(getAxis(), x.type().getRank()), getKeepdim())};
}
SmallVector<Value> MinOp::emitVjp(OpBuilder &builder, ValueRange cotangents, ArrayRef<bool> needed) {
  if (!needed[0])
    return {nullptr};
  Expr g(builder, getLoc(), cotangents[0]), x(builder, getLoc(), getX()), out(builder, getLoc(), getOut());
  return {extremumVjp(g, x, out, axesOf(getAxis(), x.type().getRank()), getKeepdim())};
}

enum class Which { Largest, Smallest };

/// What every number of the type is beyond.
static TypedAttr lowestOrHighest(Type type, Which which) {
  bool lowest = which == Which::Largest;
  if (auto real = dyn_cast<FloatType>(type))
    return FloatAttr::get(type, APFloat::getInf(real.getFloatSemantics(), /*Negative=*/lowest));
  unsigned bits = type.getIntOrFloatBitWidth();
  return IntegerAttr::get(type, lowest ? APInt::getSignedMinValue(bits) : APInt::getSignedMaxValue(bits));
}

/// The extremum over the axes, which the result does not have. NaN wins.
static Value emitExtremum(OpBuilder &b, Location loc, Value x, ArrayRef<int64_t> axes, Which which) {
  if (axes.empty())
    return x;
  Value identity = arith::ConstantOp::create(b, loc, lowestOrHighest(tensorType(x).getElementType(), which));
  return reduce(b, loc, x, axes, identity, [&](OpBuilder &inner, Location where, ValueRange args) -> Value {
    Scalar before(inner, where, args[1]), element(inner, where, args[0]);
    return which == Which::Largest ? applyBinary<arith::MaximumFOp, arith::MaxSIOp>(before, element)
                                   : applyBinary<arith::MinimumFOp, arith::MinSIOp>(before, element);
  });
}

SmallVector<Value> MaxOp::emitLinalg(OpBuilder &b) {
  SmallVector<int64_t> axes = axesOf(getAxis(), tensorType(getX()).getRank());
  return {reshapeTensor(b, getLoc(), emitExtremum(b, getLoc(), getX(), axes, Which::Largest), tensorType(getOut()))};
}
SmallVector<Value> MinOp::emitLinalg(OpBuilder &b) {
  SmallVector<int64_t> axes = axesOf(getAxis(), tensorType(getX()).getRank());
  return {reshapeTensor(b, getLoc(), emitExtremum(b, getLoc(), getX(), axes, Which::Smallest), tensorType(getOut()))};
}

/// The place of the current element among those of the axes, in row-major order (i64). The batch, if it is among them,
/// is the first, so its size is never needed.
static Value emitPlace(OpBuilder &b, Location loc, RankedTensorType type, ArrayRef<int64_t> axes) {
  Value place;
  for (int64_t axis : axes) {
    Value index = arith::IndexCastOp::create(b, loc, b.getI64Type(), linalg::IndexOp::create(b, loc, axis));
    if (place)
      place = arith::MulIOp::create(b, loc, place, arith::ConstantOp::create(b, loc, b.getI64IntegerAttr(type.getDimSize(axis))));
    place = place ? arith::AddIOp::create(b, loc, place, index).getResult() : index;
  }
  return place;
}

/// The smallest place among the elements that equal the extremum, or that are NaN where it is. Two reductions, each of
/// which the lanes of a vector share without an order.
static Value emitPlaceOfExtremum(OpBuilder &b, Location loc, Value x, ArrayRef<int64_t> axes, Which which, RankedTensorType result) {
  RankedTensorType type = tensorType(x), places = type.clone(b.getI64Type());
  if (axes.empty())
    return filledTensor(b, loc, result, x, 0);
  SmallVector<int64_t> kept(type.getShape());
  for (int64_t axis : axes)
    kept[axis] = 1;
  Value extremum = reshapeTensor(b, loc, emitExtremum(b, loc, x, axes, which), type.clone(kept));
  TypedAttr nowhere = lowestOrHighest(b.getI64Type(), Which::Smallest);
  Value candidates = elementwise(b, loc, places, {x, extremum}, [&](OpBuilder &inner, Location where, ValueRange args) -> Value {
    Scalar element(inner, where, args[0]), best(inner, where, args[1]);
    Scalar isBest = equal(element, best);
    if (element.isFloat())
      isBest = logicalOr(isBest, notEqual(element, element));
    Value none = arith::ConstantOp::create(inner, where, nowhere);
    return select(isBest, element.with(emitPlace(inner, where, type, axes)), element.with(none));
  });
  Value identity = arith::ConstantOp::create(b, loc, nowhere);
  Value first = reduce(b, loc, candidates, axes, identity, [](OpBuilder &inner, Location where, ValueRange args) -> Value {
    return arith::MinSIOp::create(inner, where, args[1], args[0]);
  });
  return reshapeTensor(b, loc, first, result);
}

SmallVector<Value> ArgmaxOp::emitLinalg(OpBuilder &b) {
  SmallVector<int64_t> axes = axesOf(getAxis(), tensorType(getX()).getRank());
  return {emitPlaceOfExtremum(b, getLoc(), getX(), axes, Which::Largest, tensorType(getOut()))};
}
SmallVector<Value> ArgminOp::emitLinalg(OpBuilder &b) {
  SmallVector<int64_t> axes = axesOf(getAxis(), tensorType(getX()).getRank());
  return {emitPlaceOfExtremum(b, getLoc(), getX(), axes, Which::Smallest, tensorType(getOut()))};
}

#define GET_OP_CLASSES
#include "mimo/Ops/Extremum.cpp.inc"
