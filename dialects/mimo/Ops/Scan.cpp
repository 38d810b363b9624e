#include "mimo/Ops/Scan.h"
#include "mimo/IR/Axes.h"
#include "mimo/IR/LinalgBuilders.h"

using namespace mlir;
using namespace mlir::mimo;

static RankedTensorType tensorType(Value value) { return cast<RankedTensorType>(value.getType()); }

Signature CumsumOp::getSignature() {
  return {{"x", FormalKind::Tensor},
          {"axis", FormalKind::Integer},
          {"exclusive", FormalKind::Flag, false},
          {"reverse", FormalKind::Flag, false}};
}

LogicalResult CumsumOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op, SmallVectorImpl<Type> &types) {
  if (failed(requireAxes(loc, "cumsum", static_cast<int64_t>(op.getAxis()), op.getX())))
    return failure();
  RankedTensorType type = tensorType(op.getX());
  if (type.getElementType().isInteger(1))
    return refuse(loc, "cumsum", "takes numbers, not " + describe(type) + "; select(x, 1, 0) makes numbers of conditions", op.getX());
  bool isFloat = isa<FloatType>(type.getElementType()); // running sums of whole numbers are i64, as PyTorch's
  types.push_back(isFloat ? type : type.clone(IntegerType::get(type.getContext(), 64)));
  return success();
}

// Each x_j is in the sums after it:  dx_j = sum of g_i for i >= j, the same sum from the other end.
SmallVector<Value> CumsumOp::emitVjp(OpBuilder &builder, ValueRange cotangents, ArrayRef<bool> needed) {
  if (!needed[0])
    return {nullptr};
  Expr g(builder, getLoc(), cotangents[0]);
  return {g.emit("mimo.cumsum", g.value, {builder.getNamedAttr("axis", getAxisAttr()),
                                          builder.getNamedAttr("exclusive", getExclusiveAttr()),
                                          builder.getNamedAttr("reverse", builder.getBoolAttr(!getReverse()))})};
}

/// How both tensors are read and written: with the axis from its end where `reverse`.
static AffineMap scanMap(OpBuilder &b, RankedTensorType type, int64_t axis, bool reverse) {
  SmallVector<AffineExpr> exprs;
  for (int64_t i = 0; i < type.getRank(); ++i)
    exprs.push_back(b.getAffineDimExpr(i));
  if (reverse)
    exprs[axis] = b.getAffineConstantExpr(type.getDimSize(axis) - 1) - exprs[axis];
  return AffineMap::get(type.getRank(), 0, exprs, b.getContext());
}

/// A reduction along the axis that also writes every intermediate total. The loop along the axis runs in order; rows of
/// the other axes are vectorised.
static Value emitScan(OpBuilder &b, Location loc, Value x, int64_t axis, bool exclusive, bool reverse) {
  RankedTensorType type = tensorType(x);
  SmallVector<utils::IteratorType> iterators(type.getRank(), utils::IteratorType::parallel);
  iterators[axis] = utils::IteratorType::reduction;
  SmallVector<int64_t> shape(type.getShape());
  shape.erase(shape.begin() + axis);
  RankedTensorType totals = type.clone(shape);
  AffineMap through = scanMap(b, type, axis, reverse);
  AffineMap across = b.getMultiDimIdentityMap(type.getRank()).dropResult(axis);
  SmallVector<Value> inputs{x}, outputs{emptyTensor(b, loc, type, x), filledTensor(b, loc, totals, x, 0)};
  SmallVector<AffineMap> maps{through, through, across};
  if (reverse) { // the size of a loop is read from an operand that it walks upwards; this one has no other purpose
    inputs.push_back(emptyTensor(b, loc, type.clone({type.getDimSize(axis)}), x));
    maps.insert(maps.begin() + 1, AffineMap::get(type.getRank(), 0, b.getAffineDimExpr(axis), b.getContext()));
  }
  auto scan = linalg::GenericOp::create(b, loc, TypeRange{type, totals}, inputs, outputs, maps, iterators,
                                        [&](OpBuilder &inner, Location where, ValueRange args) {
                                          Value before = args.back();
                                          Value after = isa<FloatType>(before.getType())
                                                            ? arith::AddFOp::create(inner, where, before, args[0]).getResult()
                                                            : arith::AddIOp::create(inner, where, before, args[0]).getResult();
                                          linalg::YieldOp::create(inner, where, ValueRange{exclusive ? before : after, after});
                                        });
  return scan.getResult(0);
}

SmallVector<Value> CumsumOp::emitLinalg(OpBuilder &b) {
  RankedTensorType type = tensorType(getOut());
  Value x = convert(Expr(b, getLoc(), getX()), type.getElementType());
  int64_t axis = axisOf(getAxis(), type.getRank());
  if (!getReverse() || !type.isDynamicDim(axis))
    return {emitScan(b, getLoc(), x, axis, getExclusive(), getReverse())};
  // The batch has no last index that a map could hold: turned around, summed, and turned back.
  auto flip = [&](Value value) -> Expr {
    Expr e(b, getLoc(), value);
    return e.emit("mimo.flip", value, b.getNamedAttr("axis", b.getDenseI64ArrayAttr(axis)));
  };
  return {flip(emitScan(b, getLoc(), flip(x), axis, getExclusive(), /*reverse=*/false))};
}

#define GET_OP_CLASSES
#include "mimo/Ops/Scan.cpp.inc"
