// buffers -> kernels: every linalg op becomes a call of a private function that all equal ops of the module share.
#pragma once

namespace mlir {
class OpPassManager;
}

namespace mimoc {

/// Moves each linalg op of an entry point into a kernel function. Equal kernels are compiled once, whatever the number
/// of entry points that need them.
void buildOutliningPipeline(mlir::OpPassManager &pm);

/// Makes the passes of this stage known to mimo-opt.
void registerOutliningPasses();

} // namespace mimoc
