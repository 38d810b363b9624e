// Where an emitter is inside a loop nest, and the loops that bring it further.
#pragma once

#include "LoopNest.h"

namespace mimoc {

/// A point of the iteration space: the loop indices so far, and every operand's linear index at them.
struct Position {
  llvm::SmallVector<mlir::OpFoldResult> indices; ///< one per NestDim; null where its loop is not entered yet
  llvm::SmallVector<mlir::OpFoldResult> inputs, outputs;
};

Position startOf(const LoopNest &nest);
/// The position after moving by `step` along `dim`.
Position advance(const LoopNest &nest, IndexMath math, const Position &from, unsigned dim, mlir::OpFoldResult step);

using LoopBody = llvm::function_ref<llvm::SmallVector<mlir::Value>(mlir::OpFoldResult, mlir::ValueRange)>;

/// for (i = from; i < to; i += step) carried = body(i, carried). No loop is emitted where it would run at most once.
llvm::SmallVector<mlir::Value> emitLoop(mlir::ImplicitLocOpBuilder &builder, mlir::OpFoldResult from,
                                        mlir::OpFoldResult to, int64_t step, mlir::ValueRange carried, LoopBody body);

/// if (size > 0) carried = body(carried), decided at compile time where possible.
llvm::SmallVector<mlir::Value> emitIfPositive(mlir::ImplicitLocOpBuilder &builder, mlir::OpFoldResult size,
                                              mlir::ValueRange carried,
                                              llvm::function_ref<llvm::SmallVector<mlir::Value>()> body);

/// Loops over `dims` with nothing carried, the first outermost.
void emitLoops(mlir::ImplicitLocOpBuilder &builder, const LoopNest &nest, llvm::ArrayRef<unsigned> dims,
               const Position &at, llvm::function_ref<void(const Position &)> body);

/// Loops over `dims` with carried values, the first outermost.
llvm::SmallVector<mlir::Value>
emitCarryingLoops(mlir::ImplicitLocOpBuilder &builder, const LoopNest &nest, llvm::ArrayRef<unsigned> dims,
                  const Position &at, mlir::ValueRange carried,
                  llvm::function_ref<llvm::SmallVector<mlir::Value>(const Position &, mlir::ValueRange)> body);

} // namespace mimoc
