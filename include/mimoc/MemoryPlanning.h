// kernels -> plan: every buffer gets an offset in one workspace that the caller owns. Nothing is allocated at run time.
#pragma once

namespace mlir {
class OpPassManager;
}

namespace mimoc {

/// Replaces the allocations of every entry point by views of its workspace and records the bytes that it needs.
void buildMemoryPlanningPipeline(mlir::OpPassManager &pm);

/// Makes the passes of this stage known to mimo-opt.
void registerMemoryPlanningPasses();

} // namespace mimoc
