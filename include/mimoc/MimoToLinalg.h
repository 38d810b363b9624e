// MimoToLinalg: the end of the mimo dialect.
#pragma once

#include "mlir/Pass/PassManager.h"

namespace mimoc {

/// Lowers every mimo op of the entry points to linalg, tensor, arith and math ops on tensors, and drops the model.
void buildMimoToLinalgPipeline(mlir::OpPassManager &manager);
void registerMimoToLinalgStagePasses();

} // namespace mimoc
