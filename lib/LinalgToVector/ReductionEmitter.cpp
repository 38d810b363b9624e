#include "ReductionEmitter.h"

#include "BodyVectorizer.h"
#include "NestEmitter.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace mimoc {

namespace {

class ReductionNest {
public:
  ReductionNest(ImplicitLocOpBuilder &builder, const LoopNest &nest, const VectorChoice &choice)
      : builder(builder), math{builder}, nest(nest), choice(choice), outerReductions(nest.reductionDims()) {
    llvm::erase(outerReductions, choice.dim);
    for (auto [index, output] : llvm::enumerate(nest.outputs)) {
      if (!nest.isCarried(output))
        continue;
      carried.push_back(index);
      combiners.push_back(*findCombiner(nest, index));
    }
  }

  void emit() {
    emitLoops(builder, nest, nest.parallelDims(), startOf(nest), [&](const Position &at) { emitElement(at); });
  }

private:
  void emitElement(const Position &at) {
    SmallVector<Value> partial;
    for (unsigned block = 0; block < choice.blocks; ++block)
      for (const Combiner &combiner : combiners)
        partial.push_back(splatConstant(builder, combiner.neutral, choice.lanes));
    partial = emitCarryingLoops(
        builder, nest, outerReductions, at, partial,
        [&](const Position &inner, ValueRange state) { return emitVectorLoop(inner, state); });
    for (auto [slot, output] : llvm::enumerate(carried)) {
      const Access &access = nest.outputs[output];
      Value before = loadLanes(builder, access, at.outputs[output], math.constant(0), Lanes{});
      Value lanes = emitBlockTree(slot, partial);
      Value total = applyCombiner(builder, combiners[slot], before, emitLaneTree(combiners[slot], lanes));
      storeLanes(builder, total, access, at.outputs[output], math.constant(0), Lanes{});
    }
  }

  SmallVector<Value> emitVectorLoop(const Position &at, ValueRange state) {
    OpFoldResult size = nest.dims[choice.dim].size;
    int64_t step = choice.blocks * choice.lanes;
    OpFoldResult end = math.alignDown(size, step), rest = math.sub(size, end);
    SmallVector<Lanes> whole(choice.blocks, Lanes{choice.lanes, {}});
    SmallVector<Value> partial =
        emitLoop(builder, math.constant(0), end, step, state, [&](OpFoldResult index, ValueRange inner) {
          return emitStep(advance(nest, math, at, choice.dim, index), whole, inner);
        });
    return emitIfPositive(builder, rest, partial, [&] {
      return emitStep(advance(nest, math, at, choice.dim, end), lanesOfRest(rest), partial);
    });
  }

  /// The last, ragged block: its vectors as far as they hold elements.
  SmallVector<Lanes> lanesOfRest(OpFoldResult rest) {
    SmallVector<Lanes> result;
    for (int64_t block = 0; block < choice.blocks; ++block) {
      OpFoldResult active = math.sub(rest, math.constant(block * choice.lanes));
      if (auto known = getConstantIntValue(active)) {
        if (*known <= 0)
          break;
        active = math.constant(std::min<int64_t>(*known, choice.lanes));
      }
      result.push_back(firstLanes(builder, choice.lanes, active));
    }
    return result;
  }

  /// One vector for each of the first `blocks.size()` blocks of accumulators; lanes that do not exist keep theirs.
  SmallVector<Value> emitStep(const Position &at, ArrayRef<Lanes> blocks, ValueRange state) {
    SmallVector<Value> next = llvm::to_vector(state);
    for (auto [block, lanes] : llvm::enumerate(blocks)) {
      size_t first = block * carried.size();
      Piece piece{static_cast<int64_t>(block * choice.lanes), lanes};
      SmallVector<Value> results =
          emitPoint(builder, nest, choice.dim, at, piece, state.slice(first, carried.size()));
      for (auto [slot, output] : llvm::enumerate(carried)) {
        Value &partial = next[first + slot];
        partial = lanes.mask ? arith::SelectOp::create(builder, lanes.mask, results[output], partial).getResult()
                             : results[output];
      }
    }
    return next;
  }

  /// Adds the upper half of the blocks to the lower half until one is left.
  Value emitBlockTree(unsigned slot, ArrayRef<Value> partial) {
    SmallVector<Value> blocks;
    for (unsigned block = 0; block < choice.blocks; ++block)
      blocks.push_back(partial[block * carried.size() + slot]);
    for (unsigned half = choice.blocks / 2; half >= 1; half /= 2)
      for (unsigned block = 0; block < half; ++block)
        blocks[block] = applyCombiner(builder, combiners[slot], blocks[block], blocks[block + half]);
    return blocks.front();
  }

  /// The same with the lanes of a vector.
  Value emitLaneTree(const Combiner &combiner, Value vector) {
    for (int64_t width = choice.lanes / 2; width >= 1; width /= 2) {
      auto half = [&](int64_t first) -> Value {
        return vector::ShuffleOp::create(builder, vector, vector,
                                         llvm::to_vector(llvm::seq<int64_t>(first, first + width)));
      };
      Value low = half(0), high = half(width);
      vector = applyCombiner(builder, combiner, low, high);
    }
    return vector::ExtractOp::create(builder, vector, ArrayRef<int64_t>{0});
  }

  ImplicitLocOpBuilder &builder;
  IndexMath math;
  const LoopNest &nest;
  VectorChoice choice;
  SmallVector<unsigned> outerReductions, carried;
  SmallVector<Combiner> combiners;
};

} // namespace

void emitReductionNest(ImplicitLocOpBuilder &builder, const LoopNest &nest, const VectorChoice &choice) {
  ReductionNest(builder, nest, choice).emit();
}

} // namespace mimoc
