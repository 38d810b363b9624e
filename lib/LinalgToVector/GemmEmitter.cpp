#include "GemmEmitter.h"

#include "LoopBuilder.h"
#include "VectorAccess.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace mimoc {

namespace {

/// Which operand and which loop plays which part in C[m, n] += A[m, k] * B[k, n].
struct GemmShape {
  unsigned a = 0, b = 1;
  unsigned n = 0;
  std::optional<unsigned> m, k; ///< nothing where the dimension has size 1
  SmallVector<unsigned> outer;  ///< batch dimensions, and further m, n and k dimensions: loops around the tiles
};

/// The body is fma(a, b, acc): a product of the model. Every path of this stage rounds it once.
bool isFused(Block *body) { return body->getTerminator()->getOperand(0).getDefiningOp<mlir::math::FmaOp>() != nullptr; }

/// The body is acc + a * b on floats.
bool isMultiplyAdd(Block *body) {
  if (body->getNumArguments() != 3)
    return false;
  if (auto fma = body->getTerminator()->getOperand(0).getDefiningOp<mlir::math::FmaOp>())
    return fma.getA() == body->getArgument(0) && fma.getB() == body->getArgument(1) && fma.getC() == body->getArgument(2);
  if (body->getOperations().size() != 3)
    return false;
  auto add = body->getTerminator()->getOperand(0).getDefiningOp<arith::AddFOp>();
  if (!add)
    return false;
  BlockArgument accumulator = body->getArgument(2);
  Value product = add.getLhs() == accumulator ? add.getRhs() : add.getLhs();
  auto mul = product.getDefiningOp<arith::MulFOp>();
  if (!mul || (add.getLhs() != accumulator && add.getRhs() != accumulator))
    return false;
  BlockArgument first = body->getArgument(0), second = body->getArgument(1);
  return (mul.getLhs() == first && mul.getRhs() == second) || (mul.getLhs() == second && mul.getRhs() == first);
}

std::optional<GemmShape> matchGemm(const LoopNest &nest) {
  if (nest.inputs.size() != 2 || nest.outputs.size() != 1 || !isMultiplyAdd(nest.body) || !nest.inputs[0].buffer ||
      !nest.inputs[1].buffer)
    return std::nullopt;
  const Access &c = nest.outputs[0];
  GemmShape shape;
  std::optional<unsigned> columns;
  // The contiguous dimension of C decides which operand is B: the one that walks along it.
  for (unsigned dim = 0; dim < nest.dims.size(); ++dim) {
    bool first = nest.inputs[0].depends[dim], second = nest.inputs[1].depends[dim];
    if (!c.depends[dim] || first == second || !c.isUnit(dim) || !nest.inputs[second ? 1 : 0].isUnit(dim))
      continue;
    columns = dim;
    shape.a = second ? 0 : 1;
    shape.b = second ? 1 : 0;
  }
  if (!columns)
    return std::nullopt;
  shape.n = *columns;
  SmallVector<unsigned> parallel, reduced;
  for (unsigned dim = nest.dims.size(); dim-- > 0;) {
    bool inA = nest.inputs[shape.a].depends[dim], inB = nest.inputs[shape.b].depends[dim], inC = c.depends[dim];
    if (dim == shape.n)
      continue;
    if (inA && inB && !inC && !shape.k)
      shape.k = dim;
    else if (inA && !inB && inC && !shape.m)
      shape.m = dim;
    else if (inC && (inA || inB))
      parallel.push_back(dim);
    else if (inA && inB)
      reduced.push_back(dim);
    else
      return std::nullopt;
  }
  // A tile is held in registers: no two of its elements may be the same. Different iterations of a parallel dimension write
  // different elements; those of two others need not (the windows and the kernel of a convolution's input gradient).
  if (shape.m && !nest.dims[*shape.m].isParallel() && !nest.dims[shape.n].isParallel())
    return std::nullopt;
  llvm::append_range(shape.outer, llvm::reverse(parallel));
  llvm::append_range(shape.outer, llvm::reverse(reduced));
  return shape;
}

class Gemm {
public:
  Gemm(ImplicitLocOpBuilder &builder, const LoopNest &nest, const Target &target, const GemmShape &shape)
      : builder(builder), math{builder}, nest(nest), target(target), shape(shape), a(nest.inputs[shape.a]),
        b(nest.inputs[shape.b]), c(nest.outputs[0]) {
    tile = chooseGemmTile(target, a.elementType.getIntOrFloatBitWidth(), getConstantIntValue(size(shape.m)),
                          getConstantIntValue(size(shape.n)));
    for (unsigned dim : shape.outer)
      (isLargeB() && !b.depends[dim] ? aroundRows : around).push_back(dim);
  }

  void emit() {
    emitLoops(builder, nest, around, startOf(nest), [&](const Position &at) {
      OpFoldResult depth = size(shape.k);
      emitLoop(builder, math.constant(0), depth, tile.depth, {}, [&](OpFoldResult from, ValueRange) {
        kFrom = from;
        kTo = math.min(math.add(from, math.constant(tile.depth)), depth);
        emitColumns(at);
        return SmallVector<Value>();
      });
    });
  }

private:
  /// Whether B, as the filter of a deep convolution, is larger than what a processor keeps near. Then all rows of A meet a few columns
  /// of it before the next: else each row of an image would read all of B from afar.
  bool isLargeB() const {
    constexpr int64_t kLarge = 4 << 20;
    int64_t bytes = b.elementType.getIntOrFloatBitWidth() / 8;
    for (auto [dim, depends] : llvm::zip_equal(nest.dims, b.depends)) {
      std::optional<int64_t> known = depends ? getConstantIntValue(dim.size) : 1;
      if (!known || llvm::MulOverflow(bytes, *known, bytes))
        return false;
    }
    return bytes >= kLarge;
  }

  OpFoldResult size(std::optional<unsigned> dim) const { return dim ? nest.dims[*dim].size : math.constant(1); }

  Position move(const Position &at, std::optional<unsigned> dim, OpFoldResult step) const {
    return dim ? advance(nest, math, at, *dim, step) : at;
  }

  OpFoldResult strideOf(const Access &access, std::optional<unsigned> dim) const {
    return dim ? access.strides[*dim] : math.constant(0);
  }

  /// Whole tiles of columns, then what is left: one narrower tile where N is known, single vectors where it is not.
  void emitColumns(const Position &at) {
    OpFoldResult columns = size(shape.n), done = math.constant(0);
    bool isStatic = getConstantIntValue(columns).has_value();
    for (unsigned vectors : {tile.vectors, 1u}) {
      int64_t step = vectors * tile.lanes;
      OpFoldResult end = math.alignDown(columns, step);
      SmallVector<Lanes> pieces(vectors, Lanes{tile.lanes, {}});
      emitLoop(builder, done, end, step, {}, [&](OpFoldResult column, ValueRange) {
        emitRows(move(at, shape.n, column), pieces);
        return SmallVector<Value>();
      });
      done = end;
      if (isStatic)
        break;
    }
    OpFoldResult rest = math.sub(columns, done);
    emitIfPositive(builder, rest, {}, [&] {
      SmallVector<Lanes> pieces(getConstantIntValue(rest).value_or(0) / tile.lanes, Lanes{tile.lanes, {}});
      OpFoldResult ragged = math.sub(rest, math.constant(pieces.size() * tile.lanes));
      if (!isKnown(ragged, 0))
        pieces.push_back(firstLanes(builder, tile.lanes, ragged));
      emitRows(move(at, shape.n, done), pieces);
      return SmallVector<Value>();
    });
  }

  void emitRows(const Position &at, ArrayRef<Lanes> pieces) {
    emitLoops(builder, nest, aroundRows, at, [&](const Position &inner) { emitRowTiles(inner, pieces); });
  }

  /// Whole tiles of rows, then the rows left: exactly so many where M is known. Where it is not, low tiles whose rows
  /// behind the end are the last row again: it is loaded before, and stored after, the same product each time.
  void emitRowTiles(const Position &at, ArrayRef<Lanes> pieces) {
    OpFoldResult rows = size(shape.m), end = math.alignDown(rows, tile.rows);
    emitLoop(builder, math.constant(0), end, tile.rows, {}, [&](OpFoldResult row, ValueRange) {
      emitTile(move(at, shape.m, row), rowSteps(tile.rows), pieces);
      return SmallVector<Value>();
    });
    if (auto known = getConstantIntValue(rows)) {
      if (int64_t rest = *known % tile.rows)
        emitTile(move(at, shape.m, end), rowSteps(rest), pieces);
      return;
    }
    OpFoldResult last = math.sub(rows, math.constant(1));
    emitLoop(builder, end, rows, tile.tailRows, {}, [&](OpFoldResult row, ValueRange) {
      SmallVector<OpFoldResult> steps = rowSteps(tile.tailRows);
      for (OpFoldResult &step : steps)
        step = math.min(step, math.sub(last, row));
      emitTile(move(at, shape.m, row), steps, pieces);
      return SmallVector<Value>();
    });
  }

  SmallVector<OpFoldResult> rowSteps(int64_t count) const {
    return llvm::map_to_vector(llvm::seq(count), [&](int64_t row) { return math.constant(row); });
  }

  /// `rows` says how far from `at` each row of the tile is.
  void emitTile(const Position &at, ArrayRef<OpFoldResult> rows, ArrayRef<Lanes> pieces) {
    SmallVector<Value> accumulators;
    SmallVector<OpFoldResult> places;
    for (OpFoldResult row : rows)
      for (auto [column, lanes] : llvm::enumerate(pieces)) {
        places.push_back(indexInC(at, row, column));
        accumulators.push_back(loadLanes(builder, c, places.back(), math.constant(1), lanes));
      }
    SmallVector<OpFoldResult> rowsOfA;
    for (OpFoldResult row : rows)
      rowsOfA.push_back(math.mul(row, strideOf(a, shape.m)));
    OpFoldResult length = math.sub(kTo, kFrom);
    OpFoldResult unrolled = math.add(kFrom, math.alignDown(length, tile.unroll));
    for (auto [from, to, unroll] : {std::tuple(kFrom, unrolled, tile.unroll), std::tuple(unrolled, kTo, 1u)})
      accumulators = emitLoop(builder, from, to, unroll, accumulators, [&](OpFoldResult k, ValueRange state) {
        SmallVector<Value> next = llvm::to_vector(state);
        for (unsigned step = 0; step < unroll; ++step)
          emitStep(move(move(at, shape.k, k), shape.k, math.constant(step)), rowsOfA, pieces, next);
        return next;
      });
    for (auto [index, place] : llvm::enumerate(places))
      storeLanes(builder, accumulators[index], c, place, math.constant(1), pieces[index % pieces.size()]);
  }

  OpFoldResult indexInC(const Position &at, OpFoldResult row, int64_t column) const {
    OpFoldResult index = math.add(at.outputs[0], math.mul(row, strideOf(c, shape.m)));
    return math.add(index, math.constant(column * tile.lanes));
  }

  /// One step of k: a row of B against a column of A.
  void emitStep(const Position &at, ArrayRef<OpFoldResult> rowsOfA, ArrayRef<Lanes> pieces,
                SmallVector<Value> &accumulators) {
    SmallVector<Value> right;
    for (auto [column, lanes] : llvm::enumerate(pieces))
      right.push_back(loadLanes(builder, b, math.add(at.inputs[shape.b], math.constant(column * tile.lanes)),
                                math.constant(1), lanes));
    for (auto [row, offset] : llvm::enumerate(rowsOfA)) {
      OpFoldResult index = math.add(at.inputs[shape.a], offset);
      Value left = loadLanes(builder, a, index, math.constant(0), Lanes{tile.lanes, {}});
      for (auto [column, factor] : llvm::enumerate(right)) {
        Value &sum = accumulators[row * pieces.size() + column];
        sum = multiplyAdd(left, factor, sum);
      }
    }
  }

  Value multiplyAdd(Value x, Value y, Value sum) {
    if (target.fma && isFused(nest.body))
      return mlir::math::FmaOp::create(builder, x, y, sum); // not vector.fma, which LLVM may make two instructions
    return arith::AddFOp::create(builder, sum, arith::MulFOp::create(builder, x, y));
  }

  ImplicitLocOpBuilder &builder;
  IndexMath math;
  const LoopNest &nest;
  const Target &target;
  GemmShape shape;
  const Access &a, &b, &c;
  GemmTile tile;
  SmallVector<unsigned> around, aroundRows; ///< the loops of shape.outer: around everything, around the tiles of rows
  OpFoldResult kFrom, kTo;
};

} // namespace

LogicalResult emitGemm(ImplicitLocOpBuilder &builder, const LoopNest &nest, const Target &target) {
  if (!matchGemm(nest))
    return failure();
  // Sums over neighbouring dimensions are one long chain of multiply-adds, in the same order: over batch and sequence
  // in the gradient of a weight, for one.
  LoopNest merged = nest;
  mergeNeighbours(merged, IndexMath{builder}, utils::IteratorType::reduction);
  std::optional<GemmShape> shape = matchGemm(merged);
  assert(shape && "merging loops keeps the form of a product");
  Gemm(builder, merged, target, *shape).emit();
  return success();
}

} // namespace mimoc
