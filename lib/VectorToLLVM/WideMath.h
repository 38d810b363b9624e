// Functions of f64 that vectorise, with the digits that a result in f32 needs and some more.
#pragma once

#include "mlir/IR/PatternMatch.h"

namespace mimoc {

/// Expands functions of f64 that carry the flag `afn`, scalars and vectors: exp, exp2, log, log2, log10, sin, cos, tan, asin,
/// acos, atan, sinh, cosh, tanh, asinh, acosh, atanh, erf, erfc and pow. The relative error is below 2^-36, so that the rounding
/// to f32 is all that is seen. sin, cos and tan of a number that has no more than f32's 24 digits are as exact however
/// large it is.
void populateWideMathExpansion(mlir::RewritePatternSet &patterns);

} // namespace mimoc
