#include "NestEmitter.h"

#include "BodyVectorizer.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace mimoc {

namespace {

/// linalg.index for `loop`: it counts upwards from lane to lane where it is the vector loop.
Progression emitIndex(ImplicitLocOpBuilder &builder, const LoopNest &nest, unsigned loop, unsigned vectorDim,
                      const Position &at, const Piece &piece) {
  IndexMath math{builder};
  for (auto [dim, info] : llvm::enumerate(nest.dims)) {
    if (info.loop != loop)
      continue;
    if (dim != vectorDim || piece.lanes.count == 1)
      return {math.value(at.indices[dim]), 0};
    return {math.value(math.add(at.indices[dim], math.constant(piece.offset))), 1};
  }
  return {math.value(math.constant(0)), 0}; // a loop of one iteration
}

OpFoldResult strideAlong(ImplicitLocOpBuilder &builder, const Access &access, unsigned vectorDim) {
  return access.strides.empty() ? OpFoldResult(builder.getIndexAttr(0)) : access.strides[vectorDim];
}

OpFoldResult indexOf(ImplicitLocOpBuilder &builder, const Access &access, OpFoldResult index, unsigned vectorDim,
                     const Piece &piece) {
  IndexMath math{builder};
  return math.add(index, math.mul(math.constant(piece.offset), strideAlong(builder, access, vectorDim)));
}

Value loadPiece(ImplicitLocOpBuilder &builder, const Access &access, OpFoldResult index, unsigned vectorDim,
                const Piece &piece) {
  return loadLanes(builder, access, indexOf(builder, access, index, vectorDim, piece),
                   strideAlong(builder, access, vectorDim), piece.lanes);
}

void storePiece(ImplicitLocOpBuilder &builder, Value value, const Access &access, OpFoldResult index,
                unsigned vectorDim, const Piece &piece) {
  storeLanes(builder, value, access, indexOf(builder, access, index, vectorDim, piece),
             strideAlong(builder, access, vectorDim), piece.lanes);
}

class ParallelNest {
public:
  ParallelNest(ImplicitLocOpBuilder &builder, const LoopNest &nest, const VectorChoice &choice)
      : builder(builder), math{builder}, nest(nest), choice(choice), reductions(nest.reductionDims()) {
    for (auto [index, output] : llvm::enumerate(nest.outputs))
      if (nest.isCarried(output))
        carried.push_back(index);
  }

  void emit() {
    SmallVector<unsigned> outer = nest.parallelDims();
    if (choice.kind == VectorChoice::Kind::Scalar)
      return emitLoops(builder, nest, outer, startOf(nest), [&](const Position &at) { emitBlock(at, {Piece{}}); });
    llvm::erase(outer, choice.dim);
    emitLoops(builder, nest, outer, startOf(nest), [&](const Position &at) { emitVectorLoops(at); });
  }

private:
  /// Blocks of vectors, then single vectors, then one masked vector.
  void emitVectorLoops(const Position &at) {
    OpFoldResult size = nest.dims[choice.dim].size, done = math.constant(0);
    for (unsigned blocks : {choice.blocks, 1u}) {
      int64_t step = blocks * choice.lanes;
      OpFoldResult end = math.alignDown(size, step);
      SmallVector<Piece> pieces;
      for (unsigned block = 0; block < blocks; ++block)
        pieces.push_back({block * choice.lanes, Lanes{choice.lanes, {}}});
      emitLoop(builder, done, end, step, {}, [&](OpFoldResult index, ValueRange) {
        emitBlock(advance(nest, math, at, choice.dim, index), pieces);
        return SmallVector<Value>();
      });
      done = end;
      if (choice.blocks == 1)
        break;
    }
    OpFoldResult rest = math.sub(size, done);
    emitIfPositive(builder, rest, {}, [&] {
      Piece tail{0, firstLanes(builder, choice.lanes, rest)};
      emitBlock(advance(nest, math, at, choice.dim, done), {tail});
      return SmallVector<Value>();
    });
  }

  void emitBlock(const Position &at, ArrayRef<Piece> pieces) {
    if (reductions.empty()) {
      for (const Piece &piece : pieces)
        storeCarried(at, piece, emitPoint(builder, nest, choice.dim, at, piece, {}));
      return;
    }
    SmallVector<Value> accumulators;
    for (const Piece &piece : pieces)
      for (unsigned output : carried)
        accumulators.push_back(loadPiece(builder, nest.outputs[output], at.outputs[output], choice.dim, piece));
    accumulators = emitCarryingLoops(builder, nest, reductions, at, accumulators,
                                     [&](const Position &inner, ValueRange state) {
                                       return emitReductionStep(inner, pieces, state);
                                     });
    for (auto [index, piece] : llvm::enumerate(pieces))
      for (auto [slot, output] : llvm::enumerate(carried))
        storePiece(builder, accumulators[index * carried.size() + slot], nest.outputs[output], at.outputs[output],
                   choice.dim, piece);
  }

  SmallVector<Value> emitReductionStep(const Position &at, ArrayRef<Piece> pieces, ValueRange state) {
    SmallVector<Value> next;
    for (auto [index, piece] : llvm::enumerate(pieces)) {
      ValueRange own = state.slice(index * carried.size(), carried.size());
      SmallVector<Value> results = emitPoint(builder, nest, choice.dim, at, piece, own);
      for (unsigned output : carried)
        next.push_back(results[output]);
    }
    return next;
  }

  void storeCarried(const Position &at, const Piece &piece, ArrayRef<Value> results) {
    for (unsigned output : carried)
      storePiece(builder, results[output], nest.outputs[output], at.outputs[output], choice.dim, piece);
  }

  ImplicitLocOpBuilder &builder;
  IndexMath math;
  const LoopNest &nest;
  VectorChoice choice;
  SmallVector<unsigned> reductions, carried;
};

} // namespace

SmallVector<Value> emitPoint(ImplicitLocOpBuilder &builder, const LoopNest &nest, unsigned vectorDim,
                             const Position &at, const Piece &piece, ValueRange carried) {
  SmallVector<Value> arguments;
  for (auto [index, access] : llvm::enumerate(nest.inputs))
    arguments.push_back(nest.body->getArgument(index).use_empty()
                            ? Value()
                            : loadPiece(builder, access, at.inputs[index], vectorDim, piece));
  for (auto [index, access] : llvm::enumerate(nest.outputs)) {
    if (!carried.empty() && nest.isCarried(access)) {
      arguments.push_back(carried.front());
      carried = carried.drop_front();
    } else {
      arguments.push_back(nest.readsOutput(index)
                              ? loadPiece(builder, access, at.outputs[index], vectorDim, piece)
                              : Value());
    }
  }
  SmallVector<Value> results = emitBody(builder, nest, piece.lanes, arguments, [&](unsigned loop) {
    return emitIndex(builder, nest, loop, vectorDim, at, piece);
  });
  for (auto [index, access] : llvm::enumerate(nest.outputs))
    if (!nest.isCarried(access))
      storePiece(builder, results[index], access, at.outputs[index], vectorDim, piece);
  return results;
}

void emitParallelNest(ImplicitLocOpBuilder &builder, const LoopNest &nest, const VectorChoice &choice) {
  ParallelNest(builder, nest, choice).emit();
}

} // namespace mimoc
