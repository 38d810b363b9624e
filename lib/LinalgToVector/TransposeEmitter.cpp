#include "TransposeEmitter.h"

#include "LoopBuilder.h"
#include "NestEmitter.h"

#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace mimoc {

namespace {

/// The dimensions along which the output and the input are contiguous.
struct TransposeShape {
  unsigned written, read;
};

std::optional<TransposeShape> matchTranspose(const LoopNest &nest) {
  if (nest.inputs.size() != 1 || nest.outputs.size() != 1 || !nest.reductionDims().empty() || !nest.inputs[0].buffer ||
      nest.body->getOperations().size() != 1 || nest.body->getTerminator()->getOperand(0) != nest.body->getArgument(0))
    return std::nullopt;
  std::optional<unsigned> written, read;
  for (unsigned dim = 0; dim < nest.dims.size(); ++dim) {
    if (nest.outputs[0].isUnit(dim))
      written = dim;
    if (nest.inputs[0].isUnit(dim))
      read = dim;
  }
  if (!written || !read || *written == *read || nest.inputs[0].isInvariant(*written) ||
      nest.outputs[0].isInvariant(*read))
    return std::nullopt;
  return TransposeShape{*written, *read};
}

class Transpose {
public:
  Transpose(ImplicitLocOpBuilder &builder, const LoopNest &nest, const TransposeShape &shape, unsigned side)
      : builder(builder), math{builder}, nest(nest), shape(shape), side(side) {
    for (unsigned dim = 0; dim < nest.dims.size(); ++dim)
      if (dim != shape.written && dim != shape.read)
        outer.push_back(dim);
  }

  void emit() {
    emitLoops(builder, nest, outer, startOf(nest), [&](const Position &at) {
      emitTiles(at, shape.read, [&](const Position &column) {
        emitTiles(column, shape.written, [&](const Position &corner) { emitTile(corner); });
      });
    });
  }

private:
  /// The last tile is moved back to end at the edge: copying some elements twice is cheaper than masking.
  void emitTiles(const Position &at, unsigned dim, function_ref<void(const Position &)> body) {
    OpFoldResult size = nest.dims[dim].size, last = math.sub(size, math.constant(side));
    emitLoop(builder, math.constant(0), size, side, {}, [&](OpFoldResult index, ValueRange) {
      body(advance(nest, math, at, dim, math.min(index, last)));
      return SmallVector<Value>();
    });
  }

  /// log2(side) rounds that interleave row i with row i + side / 2 transpose a square of side x side.
  void emitTile(const Position &corner) {
    const Access &in = nest.inputs[0], &out = nest.outputs[0];
    Lanes lanes{side, {}};
    SmallVector<Value> rows;
    for (unsigned row = 0; row < side; ++row)
      rows.push_back(
          loadLanes(builder, in, rowIndex(corner.inputs[0], in, shape.written, row), math.constant(1), lanes));
    for (unsigned round = 1; round < side; round *= 2) {
      SmallVector<Value> next;
      for (unsigned pair = 0; pair < side / 2; ++pair)
        for (int64_t half : {0u, side / 2})
          next.push_back(interleave(rows[pair], rows[pair + side / 2], half));
      rows = std::move(next);
    }
    for (unsigned row = 0; row < side; ++row)
      storeLanes(builder, rows[row], out, rowIndex(corner.outputs[0], out, shape.read, row), math.constant(1), lanes);
  }

  OpFoldResult rowIndex(OpFoldResult corner, const Access &access, unsigned dim, int64_t row) {
    return math.add(corner, math.mul(math.constant(row), access.strides[dim]));
  }

  /// a[half], b[half], a[half + 1], b[half + 1], ...
  Value interleave(Value a, Value b, int64_t half) {
    SmallVector<int64_t> order;
    for (int64_t lane = half; lane < half + side / 2; ++lane)
      order.append({lane, side + lane});
    return vector::ShuffleOp::create(builder, a, b, order);
  }

  ImplicitLocOpBuilder &builder;
  IndexMath math;
  const LoopNest &nest;
  TransposeShape shape;
  unsigned side;
  SmallVector<unsigned> outer;
};

/// Whether both dimensions hold a tile: known, or a value to be tested at run time.
OpFoldResult fits(ImplicitLocOpBuilder &builder, const LoopNest &nest, const TransposeShape &shape, unsigned side) {
  OpFoldResult answer = builder.getBoolAttr(true);
  for (unsigned dim : {shape.read, shape.written}) {
    OpFoldResult size = nest.dims[dim].size;
    if (auto known = getConstantIntValue(size)) {
      if (*known < side)
        return builder.getBoolAttr(false);
      continue;
    }
    IndexMath math{builder};
    Value test = arith::CmpIOp::create(builder, arith::CmpIPredicate::sge, math.value(size),
                                       math.value(math.constant(side)));
    auto before = dyn_cast<Value>(answer);
    answer = before ? Value(arith::AndIOp::create(builder, before, test)) : test;
  }
  return answer;
}

} // namespace

LogicalResult emitTranspose(ImplicitLocOpBuilder &builder, const LoopNest &nest, const Target &target) {
  std::optional<TransposeShape> shape = matchTranspose(nest);
  if (!shape)
    return failure();
  unsigned side = chooseTransposeSide(target);
  for (unsigned dim : {shape->read, shape->written}) // 10 columns are two tiles of 8 that overlap
    while (side > 4 && getConstantIntValue(nest.dims[dim].size).value_or(side) < side)
      side /= 2;
  OpFoldResult large = fits(builder, nest, *shape, side);
  if (auto known = dyn_cast<Attribute>(large)) {
    if (!cast<BoolAttr>(known).getValue())
      return failure();
    Transpose(builder, nest, *shape, side).emit();
    return success();
  }
  auto choice = scf::IfOp::create(builder, cast<Value>(large), /*withElseRegion=*/true);
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPoint(choice.thenBlock()->getTerminator());
  Transpose(builder, nest, *shape, side).emit();
  builder.setInsertionPoint(choice.elseBlock()->getTerminator());
  emitParallelNest(builder, nest, chooseVectorization(nest, target));
  return success();
}

} // namespace mimoc
