// Emits a reduction whose vector loop is a reduced dimension: lanes are partial results.
#pragma once

#include "CostTable.h"

namespace mimoc {

/// The order of the additions depends on the size of the reduction alone: lane l takes the elements l, l + lanes, ...
/// in turn, a fixed tree adds the lanes, and the previous value of the output comes last.
void emitReductionNest(mlir::ImplicitLocOpBuilder &builder, const LoopNest &nest, const VectorChoice &choice);

} // namespace mimoc
