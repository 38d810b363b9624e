#include "mimoc/Fusion.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"

namespace mimoc {
#define GEN_PASS_DECL
#include "FusionPasses.h.inc"
#define GEN_PASS_REGISTRATION
#include "FusionPasses.h.inc"

void buildFusionPipeline(mlir::OpPassManager &pm) {
  pm.addPass(mlir::createCanonicalizerPass());
  pm.addPass(mlir::createCSEPass()); // equal producers become one before their users are counted
  auto &function = pm.nest<mlir::func::FuncOp>();
  function.addPass(createFuseElementwise());
  function.addPass(mlir::createCSEPass());
  function.addPass(createFuseSharedProducers());
  pm.addPass(mlir::createCanonicalizerPass());
  pm.addPass(mlir::createCSEPass());
}

void registerFusionPasses() { registerMimocFusionPasses(); }

} // namespace mimoc
