#include "mimoc/Outlining.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"

namespace mimoc {
#define GEN_PASS_DECL
#include "OutliningPasses.h.inc"
#define GEN_PASS_REGISTRATION
#include "OutliningPasses.h.inc"

using mlir::func::FuncOp;

void buildOutliningPipeline(mlir::OpPassManager &pm) {
  pm.addNestedPass<FuncOp>(createInlineScalars());
  pm.addNestedPass<FuncOp>(createFlattenElementwise());
  pm.addPass(mlir::createCSEPass()); // equal views become one value, so that a kernel sees where operands are the same
  pm.addPass(createOutlineKernels());
  pm.addPass(mlir::createCanonicalizerPass());
  pm.addPass(mlir::createCSEPass());
}

void registerOutliningPasses() { registerMimocOutliningPasses(); }

} // namespace mimoc
