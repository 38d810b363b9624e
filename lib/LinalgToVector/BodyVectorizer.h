// Clones the scalar body of a linalg op for several lanes at once.
#pragma once

#include "VectorAccess.h"

#include <optional>

namespace mimoc {

/// Every op of the body means the same on vectors, lane by lane, or reads a buffer at an index.
bool isBodyVectorizable(mlir::Block &body);

/// The widest element, in bits, that the operands or the body of `nest` work on: it decides how many lanes fit.
unsigned widestElementBits(const LoopNest &nest);

/// How an output is reduced: the op that takes the accumulator, and the value that leaves it unchanged.
struct Combiner {
  mlir::Operation *op = nullptr;
  mlir::TypedAttr neutral;
};

/// The combiner of output `index` where the body is acc = combine(acc, f(inputs)) with an associative, commutative
/// combine; nothing otherwise.
std::optional<Combiner> findCombiner(const LoopNest &nest, unsigned index);

/// combine(a, b) with the op of `combiner` on values of any lane count.
mlir::Value applyCombiner(mlir::ImplicitLocOpBuilder &builder, const Combiner &combiner, mlir::Value a, mlir::Value b);

/// An integer that grows by the same step from lane to lane: lane l has first + l * step.
struct Progression {
  mlir::Value first;
  int64_t step = 0;
};

/// The value of linalg.index for a loop of the op: it counts upwards where the loop is the vector loop.
using LoopIndex = llvm::function_ref<Progression(unsigned loop)>;

/// Emits the body of `nest` on `lanes` with its arguments replaced by `arguments`; returns what it yields. Index
/// arithmetic that is alike in all lanes stays scalar, so that a row whose number was read from memory is one vector.
llvm::SmallVector<mlir::Value> emitBody(mlir::ImplicitLocOpBuilder &builder, const LoopNest &nest, const Lanes &lanes,
                                        mlir::ValueRange arguments, LoopIndex indexOf);

} // namespace mimoc
