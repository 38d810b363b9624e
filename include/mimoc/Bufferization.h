// fused -> buffers: every tensor gets a place. Entry points take one pointer per slot and a workspace, and return nothing.
#pragma once

namespace mlir {
class OpPassManager;
}

namespace mimoc {

/// Binds every entry point's arguments and results to its slots and turns tensors into memrefs. Afterwards an entry is
/// straight-line code of linalg ops on memrefs, memref views and allocations, and scalar arithmetic.
void buildBufferizationPipeline(mlir::OpPassManager &pm);

/// Makes the passes of this stage known to mimo-opt.
void registerBufferizationPasses();

} // namespace mimoc
