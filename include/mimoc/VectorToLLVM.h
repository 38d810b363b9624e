// Vectors, buffers and loops become the LLVM dialect, and entry functions get the one type they all have at run time.
#pragma once

#include "mimoc/Target.h"

namespace mlir {
class OpPassManager;
}

namespace mimoc {

/// Ensures: only the LLVM dialect is left. Every function with the attribute mimo.entry has the type
/// void(ptr slots, i64 batch), and mimo.slots names what the k-th pointer of the array is. Every other function with a
/// body is internal.
void buildVectorToLLVMPipeline(mlir::OpPassManager &passes, const Target &target);
void registerVectorToLLVMPasses();

} // namespace mimoc
