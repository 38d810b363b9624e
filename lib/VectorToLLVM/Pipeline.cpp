#include "mimoc/VectorToLLVM.h"

#include "mlir/Conversion/AffineToStandard/AffineToStandard.h"
#include "mlir/Conversion/ReconcileUnrealizedCasts/ReconcileUnrealizedCasts.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlow.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/Transforms/Passes.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;

namespace mimoc {

#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "VectorToLLVMPasses.h.inc"

void buildVectorToLLVMPipeline(OpPassManager &passes, const Target &target) {
  ApproximateMathOptions math;
  math.fma = target.fma;
  passes.addPass(createApproximateMath(math));
  passes.addPass(createPackEntryArguments()); // while the buffers' types still say their sizes
  passes.addPass(memref::createExpandStridedMetadataPass());
  passes.addPass(createLowerAffinePass()); // expand-strided-metadata writes offsets as affine.apply
  passes.addPass(createCSEPass());         // the same offsets, computed for every operand
  passes.addPass(createConvertToLLVM());
  passes.addPass(createReconcileUnrealizedCastsPass()); // of the descriptors that entries build
  passes.addPass(createSetLinkage());
}

void registerVectorToLLVMPasses() { registerMimocVectorToLLVMPasses(); }

} // namespace mimoc
