// linalg -> fused: element-wise work rides in the op that consumes it, so that a chain of operators is one pass over memory.
#pragma once

namespace mlir {
class OpPassManager;
}

namespace mimoc {

/// Fuses element-wise producers into their consumers. Changes no bits: nothing is reassociated or computed twice.
void buildFusionPipeline(mlir::OpPassManager &pm);

/// Makes the passes of this stage known to mimo-opt.
void registerFusionPasses();

} // namespace mimoc
