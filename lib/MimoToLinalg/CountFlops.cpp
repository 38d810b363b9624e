#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Pass/Pass.h"

using namespace mlir;

namespace mimoc {
#define GEN_PASS_DEF_COUNTFLOPS
#include "Passes.h.inc"

static int64_t flopsOf(Operation &op) {
  if (isa<math::MathDialect>(op.getDialect()))
    return isa<math::FmaOp>(op) ? 2 : 1;
  return isa<arith::ArithDialect>(op.getDialect()) && op.getNumOperands() > 0 && op.getNumResults() == 1 &&
         isa<FloatType>(op.getOperand(0).getType()) && isa<FloatType>(op.getResult(0).getType()) &&
         !isa<arith::SelectOp, arith::ExtFOp, arith::TruncFOp>(op);
}

namespace {
struct CountFlopsPass : impl::CountFlopsBase<CountFlopsPass> {
  void runOnOperation() override {
    func::FuncOp function = getOperation();
    if (!function->hasAttr("mimo.entry"))
      return;
    std::array<int64_t, 3> counts = {0, 0, 0}; // whatever the batch, a row, a pair of rows
    function.walk([&](linalg::LinalgOp op) {
      int64_t perPoint = 0;
      for (Operation &inner : *op.getBlock())
        perPoint += flopsOf(inner);
      size_t power = 0; // of the batch
      for (int64_t range : op.getStaticLoopRanges()) {
        power += ShapedType::isDynamic(range);
        perPoint *= ShapedType::isDynamic(range) ? 1 : range;
      }
      counts[std::min(power, counts.size() - 1)] += perPoint;
    });
    Builder builder(&getContext());
    function->setAttr("mimo.flops_static", builder.getI64IntegerAttr(counts[0]));
    function->setAttr("mimo.flops_row", builder.getI64IntegerAttr(counts[1]));
    if (counts[2] > 0)
      function->setAttr("mimo.flops_square", builder.getI64IntegerAttr(counts[2]));
  }
};
} // namespace

std::unique_ptr<Pass> createCountFlopsPass() { return std::make_unique<CountFlopsPass>(); }

} // namespace mimoc
