#include "mimo/IR/IndexLoops.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace mlir::mimo;

static RankedTensorType tensorType(Value value) { return cast<RankedTensorType>(value.getType()); }

Value mimo::clampIndex(OpBuilder &b, Location loc, Value index, int64_t size) {
  return clampIndex(b, loc, index, Value(arith::ConstantIndexOp::create(b, loc, size)));
}

Value mimo::clampIndex(OpBuilder &b, Location loc, Value index, Value size) {
  Value position = arith::IndexCastOp::create(b, loc, b.getIndexType(), index);
  Value first = arith::ConstantIndexOp::create(b, loc, 0), one = arith::ConstantIndexOp::create(b, loc, 1);
  Value last = b.createOrFold<arith::SubIOp>(loc, size, one);
  return arith::MaxSIOp::create(b, loc, arith::MinSIOp::create(b, loc, position, last), first);
}

Value mimo::sizeAlong(OpBuilder &b, Location loc, Value x, int64_t axis) {
  if (!tensorType(x).isDynamicDim(axis))
    return arith::ConstantIndexOp::create(b, loc, tensorType(x).getDimSize(axis));
  return tensor::DimOp::create(b, loc, x, axis);
}

static SmallVector<Value> loopFrom(OpBuilder &b, Location loc, ArrayRef<OpFoldResult> sizes, SmallVectorImpl<Value> &positions,
                                   ValueRange state, LoopNestBody body) {
  if (sizes.empty())
    return body(b, loc, positions, state);
  Value zero = arith::ConstantIndexOp::create(b, loc, 0), one = arith::ConstantIndexOp::create(b, loc, 1);
  Value end = getValueOrCreateConstantIndexOp(b, loc, sizes.front());
  auto loop = scf::ForOp::create(b, loc, zero, end, one, state,
                                 [&](OpBuilder &inner, Location where, Value position, ValueRange carried) {
                                   positions.push_back(position);
                                   scf::YieldOp::create(inner, where,
                                                        loopFrom(inner, where, sizes.drop_front(), positions, carried, body));
                                   positions.pop_back();
                                 });
  return SmallVector<Value>(loop.getResults());
}

SmallVector<Value> mimo::loopOver(OpBuilder &b, Location loc, ArrayRef<OpFoldResult> sizes, ValueRange state, LoopNestBody body) {
  SmallVector<Value> positions;
  return loopFrom(b, loc, sizes, positions, state, body);
}

/// The sizes of a box (1 where a dimension is dropped) and the type of what it holds.
static std::pair<SmallVector<OpFoldResult>, RankedTensorType> boxOf(OpBuilder &b, Location loc, Value x, ArrayRef<bool> drop) {
  SmallVector<OpFoldResult> sizes = mixedSizes(b, loc, tensorType(x), x);
  SmallVector<int64_t> shape;
  for (auto [dim, dropped] : llvm::enumerate(drop)) {
    if (dropped)
      sizes[dim] = b.getIndexAttr(1);
    else
      shape.push_back(tensorType(x).getDimSize(dim));
  }
  return {sizes, tensorType(x).clone(shape)};
}

static SmallVector<OpFoldResult> unitStrides(OpBuilder &b, size_t rank) { return SmallVector<OpFoldResult>(rank, b.getIndexAttr(1)); }

Value mimo::extractBox(OpBuilder &b, Location loc, Value x, ArrayRef<OpFoldResult> offsets, ArrayRef<bool> drop) {
  auto [sizes, type] = boxOf(b, loc, x, drop);
  return tensor::ExtractSliceOp::create(b, loc, type, x, offsets, sizes, unitStrides(b, drop.size()));
}

Value mimo::insertBox(OpBuilder &b, Location loc, Value box, Value x, ArrayRef<OpFoldResult> offsets, ArrayRef<bool> drop) {
  return tensor::InsertSliceOp::create(b, loc, box, x, offsets, boxOf(b, loc, x, drop).first, unitStrides(b, drop.size()));
}

Value mimo::combineInto(OpBuilder &b, Location loc, Value into, Value x, ScalarBody body) {
  int64_t rank = tensorType(into).getRank();
  SmallVector<AffineMap> maps(2, b.getMultiDimIdentityMap(rank));
  SmallVector<utils::IteratorType> parallel(rank, utils::IteratorType::parallel);
  auto generic = linalg::GenericOp::create(b, loc, into.getType(), x, into, maps, parallel, [&](OpBuilder &inner, Location where, ValueRange args) {
    linalg::YieldOp::create(inner, where, body(inner, where, {args[1], args[0]}));
  });
  return generic.getResult(0);
}

/// i1, or null where no index is ignored.
static Value isIgnored(OpBuilder &b, Location loc, Value index, int64_t ignored) {
  if (ignored < 0)
    return nullptr;
  Value number = arith::ConstantIntOp::create(b, loc, index.getType(), ignored);
  return arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, index, number);
}

Value mimo::addNumbers(OpBuilder &b, Location loc, ValueRange args) { return arith::AddFOp::create(b, loc, args[0], args[1]); }

Value mimo::combineRows(OpBuilder &b, Location loc, Value start, Value index, Value values, int64_t axis, int64_t ignored,
                        ScalarBody body) {
  int64_t indexRank = tensorType(index).getRank();
  SmallVector<bool> dropInStart(tensorType(start).getRank(), false), dropInValues(tensorType(values).getRank(), false);
  dropInStart[axis] = true;
  std::fill_n(dropInValues.begin() + axis, indexRank, true);
  Value size = sizeAlong(b, loc, start, axis);
  auto combine = [&](OpBuilder &inner, Location where, ValueRange positions, ValueRange state) -> SmallVector<Value> {
    Value number = tensor::ExtractOp::create(inner, where, index, positions);
    SmallVector<OpFoldResult> inStart(dropInStart.size(), inner.getIndexAttr(0)), inValues(dropInValues.size(), inner.getIndexAttr(0));
    inStart[axis] = clampIndex(inner, where, number, size);
    llvm::copy(positions, inValues.begin() + axis);
    Value skipped = isIgnored(inner, where, number, ignored);
    Value row = extractBox(inner, where, values, inValues, dropInValues);
    Value combined = combineInto(inner, where, extractBox(inner, where, state[0], inStart, dropInStart), row,
                                 [&](OpBuilder &element, Location place, ValueRange args) -> Value {
      Value together = body(element, place, args);
      return skipped ? Value(arith::SelectOp::create(element, place, skipped, args[0], together)) : together;
    });
    return {insertBox(inner, where, combined, state[0], inStart, dropInStart)};
  };
  return loopOver(b, loc, mixedSizes(b, loc, tensorType(index), index), start, combine).front();
}

Value mimo::takeAlong(OpBuilder &b, Location loc, RankedTensorType type, Value x, Value index, int64_t axis) {
  int64_t rank = type.getRank(), indexRank = tensorType(index).getRank();
  SmallVector<AffineExpr> place;
  for (int64_t i = 0; i < indexRank; ++i)
    place.push_back(b.getAffineDimExpr(axis + i));
  SmallVector<AffineMap> maps{AffineMap::get(rank, 0, place, b.getContext()), b.getMultiDimIdentityMap(rank)};
  SmallVector<utils::IteratorType> parallel(rank, utils::IteratorType::parallel);
  Value empty = emptyTensor(b, loc, type, axis == 0 && indexRank > 0 ? ValueRange{index} : ValueRange{x});
  Value size = sizeAlong(b, loc, x, axis);
  auto generic = linalg::GenericOp::create(b, loc, type, index, empty, maps, parallel, [&](OpBuilder &inner, Location where, ValueRange args) {
    SmallVector<Value> at;
    for (int64_t i = 0; i < axis; ++i)
      at.push_back(linalg::IndexOp::create(inner, where, i));
    at.push_back(clampIndex(inner, where, args[0], size));
    for (int64_t i = axis + indexRank; i < rank; ++i)
      at.push_back(linalg::IndexOp::create(inner, where, i));
    linalg::YieldOp::create(inner, where, tensor::ExtractOp::create(inner, where, x, at).getResult());
  });
  return generic.getResult(0);
}

Value mimo::placeNumber(OpBuilder &b, Location loc, ValueRange place, ArrayRef<int64_t> sides) {
  Value number = arith::ConstantIndexOp::create(b, loc, 0);
  for (auto [coordinate, side] : llvm::zip_equal(place, sides))
    number = arith::AddIOp::create(b, loc, arith::MulIOp::create(b, loc, number, arith::ConstantIndexOp::create(b, loc, side)), coordinate);
  return number;
}

SmallVector<OpFoldResult> mimo::scaledPlace(OpBuilder &b, Location loc, ValueRange place, ArrayRef<int64_t> factors) {
  SmallVector<OpFoldResult> scaled;
  for (auto [coordinate, factor] : llvm::zip_equal(place, factors))
    scaled.push_back(arith::MulIOp::create(b, loc, coordinate, arith::ConstantIndexOp::create(b, loc, factor)).getResult());
  return scaled;
}
