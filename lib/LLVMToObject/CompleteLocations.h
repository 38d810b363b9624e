#pragma once

#include "mlir/Pass/Pass.h"

namespace mimoc {

/// Gives every op of a function that has no place in the source the place of its function, and a function without one
/// line 0, which debuggers take for code that the compiler made. LLVM refuses calls without a location in functions
/// that have debug information.
std::unique_ptr<mlir::Pass> createCompleteLocations();

} // namespace mimoc
