#include "FusionRules.h"

#include "mlir/Dialect/Linalg/Transforms/Transforms.h"

namespace mimoc {
#define GEN_PASS_DEF_FUSESHAREDPRODUCERS
#include "FusionPasses.h.inc"

using namespace mlir;

static bool isElementwise(linalg::GenericOp op) {
  return op.getNumLoops() == op.getNumParallelLoops() && llvm::all_of(op.getIndexingMapsArray(), [](AffineMap map) {
    return map.isProjectedPermutation(/*allowZeroInResults=*/true);
  }) && llvm::all_of(op.getDpsInitsMutable(), [&](OpOperand &init) {
    return op.getMatchingIndexingMap(&init).isIdentity();
  });
}

/// Every other user of the producer's results comes after the consumer, so the fused op may stand in the consumer's place.
/// A consumer whose body extracts elements of those results needs them whole before it starts.
static bool isFirstUser(linalg::GenericOp producer, linalg::GenericOp consumer) {
  return llvm::all_of(producer->getUsers(), [&](Operation *user) {
    Operation *inBlock = consumer->getBlock()->findAncestorOpInBlock(*user);
    return inBlock && (user == consumer || (inBlock != consumer && consumer->isBeforeInBlock(inBlock)));
  });
}

static OpOperand *findFusableOperand(linalg::GenericOp consumer) {
  if (!isElementwise(consumer))
    return nullptr;
  for (OpOperand *operand : consumer.getDpsInputOperands()) {
    auto producer = operand->get().getDefiningOp<linalg::GenericOp>();
    if (!producer || producer->getBlock() != consumer->getBlock() || producer->use_empty() || !isElementwise(producer))
      continue;
    if (readsEachElementOnce(*operand) && isFirstUser(producer, consumer) && linalg::areElementwiseOpsFusable(operand))
      return operand;
  }
  return nullptr;
}

/// Fuses `operand`'s producer and consumer and lets later users of the producer read the fused op's results.
/// Returns the fused op, or null.
static Operation *fuse(RewriterBase &rewriter, OpOperand *operand) {
  auto producer = operand->get().getDefiningOp<linalg::GenericOp>();
  auto consumer = cast<linalg::GenericOp>(operand->getOwner());
  rewriter.setInsertionPoint(consumer);
  auto fused = linalg::fuseElementwiseOps(rewriter, operand);
  if (failed(fused))
    return nullptr;
  for (auto [before, after] : fused->replacements)
    rewriter.replaceAllUsesExcept(before, after, fused->fusedOp);
  rewriter.eraseOp(consumer);
  if (producer->use_empty())
    rewriter.eraseOp(producer);
  return fused->fusedOp;
}

/// One sweep from the end of the block. A fused op takes its consumer's place and is looked at again, so a chain is
/// fused at once.
static bool fuseBackwards(RewriterBase &rewriter, Block &block) {
  bool changed = false;
  Operation *op = block.empty() ? nullptr : &block.back();
  while (op) {
    auto consumer = dyn_cast<linalg::GenericOp>(op);
    OpOperand *operand = consumer ? findFusableOperand(consumer) : nullptr;
    Operation *fused = operand ? fuse(rewriter, operand) : nullptr;
    changed |= fused != nullptr;
    op = fused ? fused : op->getPrevNode();
  }
  return changed;
}

namespace {
struct FuseSharedProducers : impl::FuseSharedProducersBase<FuseSharedProducers> {
  void runOnOperation() override {
    IRRewriter rewriter(&getContext());
    for (Block &block : getOperation().getBody())
      while (fuseBackwards(rewriter, block)) {
        // A fused op may have become the producer of a user that was looked at before.
      }
  }
};
} // namespace

} // namespace mimoc
