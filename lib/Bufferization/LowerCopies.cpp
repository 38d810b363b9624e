#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

namespace mimoc {
#define GEN_PASS_DEF_LOWERCOPIES
#include "BufferizationPasses.h.inc"

using namespace mlir;

static void lowerCopy(memref::CopyOp op) {
  OpBuilder b(op);
  auto type = cast<MemRefType>(op.getTarget().getType());
  if (op.getSource() == op.getTarget()) {
    op.erase();
    return;
  }
  if (type.getRank() == 0) {
    Value scalar = memref::LoadOp::create(b, op.getLoc(), op.getSource());
    memref::StoreOp::create(b, op.getLoc(), scalar, op.getTarget());
  } else {
    linalg::CopyOp::create(b, op.getLoc(), op.getSource(), op.getTarget());
  }
  op.erase();
}

namespace {
struct LowerCopies : impl::LowerCopiesBase<LowerCopies> {
  void runOnOperation() override {
    SmallVector<memref::CopyOp> copies;
    getOperation().walk([&](memref::CopyOp op) { copies.push_back(op); });
    for (memref::CopyOp op : copies)
      lowerCopy(op);
  }
};
} // namespace

} // namespace mimoc
