// Emits any linalg op as a loop nest whose vector loop is a parallel dimension (or as scalar loops).
#pragma once

#include "CostTable.h"
#include "LoopBuilder.h"
#include "VectorAccess.h"

namespace mimoc {

/// One vector inside an iteration of the vector loop: so many elements behind the loop's index.
struct Piece {
  int64_t offset = 0;
  Lanes lanes;
};

/// Loads the operands at one point of the iteration space, emits the body on the lanes of `piece` along `vectorDim`,
/// and returns what it yields. `carried` holds the accumulators of the carried outputs, in order; outputs that are
/// not carried are stored. Without accumulators (`carried` is empty) carried outputs are read from memory.
llvm::SmallVector<mlir::Value> emitPoint(mlir::ImplicitLocOpBuilder &builder, const LoopNest &nest, unsigned vectorDim,
                                         const Position &at, const Piece &piece, mlir::ValueRange carried);

void emitParallelNest(mlir::ImplicitLocOpBuilder &builder, const LoopNest &nest, const VectorChoice &choice);

} // namespace mimoc
