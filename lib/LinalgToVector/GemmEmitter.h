// Emits contractions C += A * B of floats as register-tiled loops.
#pragma once

#include "CostTable.h"

namespace mimoc {

/// Emits `nest` where it is a contraction whose C and B (or A) are contiguous along one common dimension; returns
/// failure, and emits nothing, where it is not. Every element of C is a chain of multiply-adds in the order of k that
/// starts at C's previous value, in every tile shape: its bits depend on no other size than that of k.
mlir::LogicalResult emitGemm(mlir::ImplicitLocOpBuilder &builder, const LoopNest &nest, const Target &target);

} // namespace mimoc
