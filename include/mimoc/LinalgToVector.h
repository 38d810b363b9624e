// linalg ops on buffers become loops over vectors: the stage that decides how the machine's registers are used.
#pragma once

#include "mimoc/Target.h"

namespace mlir {
class OpPassManager;
}

namespace mimoc {

/// Requires: linalg ops on buffers, booleans stored as i8.
/// Ensures: no linalg op is left; loops over elements work on whole vectors with at most one masked tail.
void buildLinalgToVectorPipeline(mlir::OpPassManager &passes, const Target &target);
void registerLinalgToVectorPasses();

} // namespace mimoc
