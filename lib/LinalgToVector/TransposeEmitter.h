// Emits copies that change which dimension is contiguous, by square tiles transposed in registers.
#pragma once

#include "CostTable.h"

namespace mimoc {

/// Emits `nest` where it only copies one operand and the two are contiguous along different dimensions; returns
/// failure, and emits nothing, where it is something else.
mlir::LogicalResult emitTranspose(mlir::ImplicitLocOpBuilder &builder, const LoopNest &nest, const Target &target);

} // namespace mimoc
