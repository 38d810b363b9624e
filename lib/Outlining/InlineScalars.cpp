#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

namespace mimoc {
#define GEN_PASS_DEF_INLINESCALARS
#include "OutliningPasses.h.inc"

using namespace mlir;

/// Reads the op's operands of one element before it, so that its body sees scalars instead of memory.
static void loadElements(linalg::GenericOp op) {
  OpBuilder b(op);
  SmallVector<Value> inputs;
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  llvm::BitVector loaded(op->getNumOperands());
  for (OpOperand *input : op.getDpsInputOperands()) {
    auto type = dyn_cast<MemRefType>(input->get().getType());
    if (!type || type.getRank() != 0) {
      inputs.push_back(input->get());
      continue;
    }
    Value element = memref::LoadOp::create(b, op.getLoc(), input->get());
    op.getMatchingBlockArgument(input).replaceAllUsesWith(element);
    loaded.set(input->getOperandNumber());
  }
  if (loaded.none())
    return;
  for (int index : llvm::reverse(loaded.set_bits()))
    maps.erase(maps.begin() + index);
  op.getBody()->eraseArguments([&](BlockArgument argument) { return loaded.test(argument.getArgNumber()); });
  op.getInputsMutable().assign(inputs);
  op.setIndexingMapsAttr(b.getAffineMapArrayAttr(maps));
}

namespace {
struct InlineScalars : impl::InlineScalarsBase<InlineScalars> {
  void runOnOperation() override {
    if (!getOperation()->hasAttr("mimo.entry"))
      return;
    SmallVector<linalg::LinalgOp> scalars;
    getOperation().walk([&](linalg::LinalgOp op) {
      if (op.getNumLoops() == 0)
        scalars.push_back(op);
    });
    IRRewriter rewriter(&getContext());
    for (linalg::LinalgOp op : scalars) {
      rewriter.setInsertionPoint(op);
      if (failed(linalg::linalgOpToLoops(rewriter, op))) {
        op->emitError() << "'" << op->getName() << "' on single elements cannot be written as loads and stores";
        return signalPassFailure();
      }
      rewriter.eraseOp(op);
    }
    getOperation().walk(loadElements);
  }
};
} // namespace

} // namespace mimoc
