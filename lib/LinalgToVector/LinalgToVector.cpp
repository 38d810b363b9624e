#include "mimoc/LinalgToVector.h"

#include "GemmEmitter.h"
#include "LoopNest.h"
#include "NestEmitter.h"
#include "ReductionEmitter.h"
#include "TransposeEmitter.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/UB/IR/UBOps.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;

namespace mimoc {

#define GEN_PASS_DECL
#define GEN_PASS_DEF_LINALGTOVECTOR
#define GEN_PASS_REGISTRATION
#include "LinalgToVectorPasses.h.inc"

namespace {

LogicalResult emitOp(linalg::LinalgOp op, const Target &target) {
  if (!op.hasPureBufferSemantics())
    return op.emitError() << "'" << op->getName() << "' still works on tensors; linalg-to-vector runs after "
                          << "bufferization";
  ImplicitLocOpBuilder builder(op.getLoc(), op);
  FailureOr<LoopNest> nest = analyzeLoopNest(builder, op);
  if (failed(nest))
    return failure();
  if (failed(emitGemm(builder, *nest, target)) && failed(emitTranspose(builder, *nest, target))) {
    VectorChoice choice = chooseVectorization(*nest, target);
    if (choice.kind == VectorChoice::Kind::Reduction)
      emitReductionNest(builder, *nest, choice);
    else
      emitParallelNest(builder, *nest, choice);
  }
  op.erase();
  return success();
}

class LinalgToVectorPass : public impl::LinalgToVectorBase<LinalgToVectorPass> {
public:
  using LinalgToVectorBase::LinalgToVectorBase;

  void runOnOperation() override {
    Target target;
    target.vectorBits = vectorBits;
    target.vectorRegisters = vectorRegisters;
    target.fma = fma;
    SmallVector<linalg::LinalgOp> ops;
    getOperation().walk([&](linalg::LinalgOp op) { ops.push_back(op); });
    for (linalg::LinalgOp op : ops)
      if (failed(emitOp(op, target)))
        return signalPassFailure();
  }
};

} // namespace

void buildLinalgToVectorPipeline(OpPassManager &passes, const Target &target) {
  LinalgToVectorOptions options;
  options.vectorBits = target.vectorBits;
  options.vectorRegisters = target.vectorRegisters;
  options.fma = target.fma;
  passes.addPass(createLinalgToVector(options));
  passes.addPass(createCanonicalizerPass()); // folds the index arithmetic and single iterations
  passes.addPass(createCSEPass());
}

void registerLinalgToVectorPasses() { registerMimocLinalgToVectorPasses(); }

} // namespace mimoc
