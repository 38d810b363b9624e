#include "mimo/IR/IndexLoops.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace mlir::mimo;

static RankedTensorType tensorType(Value value) { return cast<RankedTensorType>(value.getType()); }

Value mimo::clampIndex(OpBuilder &b, Location loc, Value index, int64_t size) {
  Value position = arith::IndexCastOp::create(b, loc, b.getIndexType(), index);
  Value first = arith::ConstantIndexOp::create(b, loc, 0), last = arith::ConstantIndexOp::create(b, loc, size - 1);
  return arith::MaxSIOp::create(b, loc, arith::MinSIOp::create(b, loc, position, last), first);
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

Value mimo::takeAlong(OpBuilder &b, Location loc, RankedTensorType type, Value x, Value index, int64_t axis) {
  int64_t rank = type.getRank(), indexRank = tensorType(index).getRank();
  SmallVector<AffineExpr> place;
  for (int64_t i = 0; i < indexRank; ++i)
    place.push_back(b.getAffineDimExpr(axis + i));
  SmallVector<AffineMap> maps{AffineMap::get(rank, 0, place, b.getContext()), b.getMultiDimIdentityMap(rank)};
  SmallVector<utils::IteratorType> parallel(rank, utils::IteratorType::parallel);
  Value empty = emptyTensor(b, loc, type, {index, x});
  auto generic = linalg::GenericOp::create(b, loc, type, index, empty, maps, parallel, [&](OpBuilder &inner, Location where, ValueRange args) {
    SmallVector<Value> at;
    for (int64_t i = 0; i < axis; ++i)
      at.push_back(linalg::IndexOp::create(inner, where, i));
    at.push_back(clampIndex(inner, where, args[0], tensorType(x).getDimSize(axis)));
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
