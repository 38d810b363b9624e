#include "ReductionEmitter.h"

#include "BodyVectorizer.h"
#include "NestEmitter.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
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
    for (const Combiner &combiner : combiners)
      partial.push_back(splatConstant(builder, combiner.neutral, choice.lanes));
    partial = emitCarryingLoops(
        builder, nest, outerReductions, at, partial,
        [&](const Position &inner, ValueRange state) { return emitVectorLoop(inner, state); });
    for (auto [slot, output] : llvm::enumerate(carried)) {
      const Access &access = nest.outputs[output];
      Value before = loadLanes(builder, access, at.outputs[output], math.constant(0), Lanes{});
      Value total = applyCombiner(builder, combiners[slot], before, emitTree(combiners[slot], partial[slot]));
      storeLanes(builder, total, access, at.outputs[output], math.constant(0), Lanes{});
    }
  }

  SmallVector<Value> emitVectorLoop(const Position &at, ValueRange state) {
    OpFoldResult size = nest.dims[choice.dim].size;
    OpFoldResult end = math.alignDown(size, choice.lanes), rest = math.sub(size, end);
    SmallVector<Value> partial =
        emitLoop(builder, math.constant(0), end, choice.lanes, state, [&](OpFoldResult index, ValueRange inner) {
          return emitStep(advance(nest, math, at, choice.dim, index), Lanes{choice.lanes, {}}, inner);
        });
    return emitIfPositive(builder, rest, partial, [&] {
      Lanes lanes = firstLanes(builder, choice.lanes, rest);
      SmallVector<Value> next = emitStep(advance(nest, math, at, choice.dim, end), lanes, partial);
      for (auto [value, before] : llvm::zip(next, partial))
        value = arith::SelectOp::create(builder, lanes.mask, value, before);
      return next;
    });
  }

  SmallVector<Value> emitStep(const Position &at, const Lanes &lanes, ValueRange state) {
    SmallVector<Value> results = emitPoint(builder, nest, choice.dim, at, Piece{0, lanes}, state);
    SmallVector<Value> next;
    for (unsigned output : carried)
      next.push_back(results[output]);
    return next;
  }

  /// Adds the upper half to the lower half until one lane is left.
  Value emitTree(const Combiner &combiner, Value vector) {
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
