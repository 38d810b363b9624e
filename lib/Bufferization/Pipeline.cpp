#include "mimoc/Bufferization.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Bufferization/Transforms/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"

namespace mimoc {
#define GEN_PASS_DECL
#include "BufferizationPasses.h.inc"
#define GEN_PASS_REGISTRATION
#include "BufferizationPasses.h.inc"

using mlir::func::FuncOp;

void buildBufferizationPipeline(mlir::OpPassManager &pm) {
  pm.addNestedPass<FuncOp>(createStoreBooleansAsBytes());
  pm.addNestedPass<FuncOp>(createBindEntryPoints());
  pm.addNestedPass<FuncOp>(createPrepareDestinations());
  pm.addPass(mlir::bufferization::createOneShotBufferizePass());
  pm.addNestedPass<FuncOp>(createSizesFromArguments());
  pm.addPass(mlir::createCanonicalizerPass()); // folds casts, so that the next passes see what is the same buffer
  pm.addPass(mlir::createCSEPass());
  pm.addNestedPass<FuncOp>(createOrderResults());
  pm.addNestedPass<FuncOp>(createForwardCopies());
  pm.addNestedPass<FuncOp>(createLowerCopies());
  pm.addPass(mlir::createCanonicalizerPass());
  pm.addPass(mlir::createCSEPass());
}

void registerBufferizationPasses() {
  registerMimocBufferizationPasses();
  mlir::bufferization::registerOneShotBufferizePass(); // upstream's part of the stage, for tests of its neighbours
}

} // namespace mimoc
