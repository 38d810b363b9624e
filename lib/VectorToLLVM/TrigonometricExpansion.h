// sin and cos of f32 by way of f64, where reducing the argument needs no care.
#pragma once

#include "mlir/IR/PatternMatch.h"

namespace mimoc {

void populateTrigonometricExpansion(mlir::RewritePatternSet &patterns);

} // namespace mimoc
