// Emits a reduction whose vector loop is a reduced dimension: lanes are partial results.
#pragma once

#include "CostTable.h"

namespace mimoc {

/// The order of the additions depends on the size of the reduction alone, not on what else is in the body or how wide
/// its types are: of P partial sums, partial p takes the elements p, p + P, p + 2 P, ... in turn; then p + P/2 is added
/// to p for all p < P/2, and so on until one is left; the previous value of the output comes last.
void emitReductionNest(mlir::ImplicitLocOpBuilder &builder, const LoopNest &nest, const VectorChoice &choice);

} // namespace mimoc
