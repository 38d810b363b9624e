// e^x in f32.
#pragma once

#include "mlir/IR/PatternMatch.h"

namespace mimoc {

/// Expands exp of f32, within 1 unit in the last place, results below the normal range included.
void populateExponentialExpansion(mlir::RewritePatternSet &patterns);

} // namespace mimoc
