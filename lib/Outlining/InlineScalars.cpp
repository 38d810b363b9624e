#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

namespace mimoc {
#define GEN_PASS_DEF_INLINESCALARS
#include "OutliningPasses.h.inc"

using namespace mlir;

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
  }
};
} // namespace

} // namespace mimoc
