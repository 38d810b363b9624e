#include "FusionRules.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace mimoc {
#define GEN_PASS_DEF_FUSEELEMENTWISE
#include "FusionPasses.h.inc"

using namespace mlir;

bool onlyMovesData(linalg::GenericOp op) {
  Block *body = op.getBody();
  return llvm::hasSingleElement(*body) && op.getNumResults() == 1;
}

bool readsEachElementOnce(OpOperand &operand) {
  auto consumer = cast<linalg::LinalgOp>(operand.getOwner());
  return consumer.getMatchingIndexingMap(&operand).isIdentity();
}

/// The op adds products of two operands: what linalg calls a contraction, also where an operand is walked in windows, and where
/// the multiply-add is one operation.
static bool addsProducts(linalg::LinalgOp op) {
  Block *body = op.getBlock();
  if (op.getNumReductionLoops() == 0 || op.getNumDpsInputs() != 2)
    return false;
  if (body->getTerminator()->getOperand(0).getDefiningOp<math::FmaOp>())
    return body->getOperations().size() == 2;
  if (body->getOperations().size() != 3)
    return false;
  auto add = body->getTerminator()->getOperand(0).getDefiningOp<arith::AddFOp>();
  return add && llvm::any_of(add->getOperands(), [](Value part) { return part.getDefiningOp<arith::MulFOp>() != nullptr; });
}

bool isContraction(linalg::LinalgOp op) { return linalg::isaContractionOpInterface(op) || addsProducts(op); }

/// A transposition read element by element would make its consumer stride through memory; it stays a pass of its own.
static bool permutesNothing(linalg::GenericOp op) {
  return llvm::all_of(op.getIndexingMapsArray(), [](AffineMap map) {
    SmallVector<unsigned> dims;
    for (AffineExpr expr : map.getResults()) {
      if (auto dim = dyn_cast<AffineDimExpr>(expr))
        dims.push_back(dim.getPosition());
      else if (!isa<AffineConstantExpr>(expr))
        return false;
    }
    return llvm::is_sorted(dims);
  });
}

static bool shouldFuse(OpOperand *operand) {
  auto producer = operand->get().getDefiningOp<linalg::GenericOp>();
  auto consumer = dyn_cast<linalg::GenericOp>(operand->getOwner());
  if (!producer || !consumer || isContraction(consumer) || isContraction(producer))
    return false;
  if (onlyMovesData(producer))
    return permutesNothing(producer);
  return producer->hasOneUse() && readsEachElementOnce(*operand);
}

namespace {
struct FuseElementwise : impl::FuseElementwiseBase<FuseElementwise> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    linalg::populateElementwiseOpsFusionPatterns(patterns, shouldFuse);
    linalg::populateEraseUnusedOperandsAndResultsPatterns(patterns);
    linalg::GenericOp::getCanonicalizationPatterns(patterns, &getContext());
    // Producers first: a chain then grows along the flow of the data and ends as one op.
    GreedyRewriteConfig config;
    config.setUseTopDownTraversal(true);
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns), config)))
      signalPassFailure();
  }
};
} // namespace

} // namespace mimoc
