#include "mimoc/MemoryPlanning.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"

namespace mimoc {
#define GEN_PASS_DECL
#include "MemoryPlanningPasses.h.inc"
#define GEN_PASS_REGISTRATION
#include "MemoryPlanningPasses.h.inc"

void buildMemoryPlanningPipeline(mlir::OpPassManager &pm) {
  pm.addNestedPass<mlir::func::FuncOp>(createPlanMemory());
  pm.addPass(mlir::createCanonicalizerPass());
  pm.addPass(mlir::createCSEPass());
}

void registerMemoryPlanningPasses() { registerMimocMemoryPlanningPasses(); }

} // namespace mimoc
