#include "FusionRules.h"

#include "mlir/IR/IRMapping.h"
#include "mlir/IR/PatternMatch.h"

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

/// Every read of the producer's results takes the element that the loops are at: one pass can make it just before.
static bool readsOnlyAsItGoes(linalg::GenericOp producer, linalg::GenericOp consumer) {
  return llvm::all_of(consumer->getOpOperands(), [&](OpOperand &operand) {
    return operand.get().getDefiningOp() != producer || (consumer.isDpsInput(&operand) && readsEachElementOnce(operand));
  });
}

static linalg::GenericOp findFusableProducer(linalg::GenericOp consumer) {
  if (!isElementwise(consumer))
    return nullptr;
  for (Value input : consumer.getInputs()) {
    auto producer = input.getDefiningOp<linalg::GenericOp>();
    if (producer && producer->getBlock() == consumer->getBlock() && isElementwise(producer) && readsOnlyAsItGoes(producer, consumer) &&
        isFirstUser(producer, consumer))
      return producer;
  }
  return nullptr;
}

namespace {
/// Producer and consumer as one op over the same loops. Each tensor is an input once, and the producer's body stands there once, however often
/// the consumer reads its results: in a chain, either would double at every fusion.
class Fused {
public:
  Fused(linalg::GenericOp producer, linalg::GenericOp consumer) : producer(producer), consumer(consumer) {
    for (OpOperand *operand : producer.getDpsInputOperands())
      addInput(producer, *operand);
    for (OpOperand *operand : consumer.getDpsInputOperands())
      if (operand->get().getDefiningOp() != producer)
        addInput(consumer, *operand);
    for (auto [result, init] : llvm::zip_equal(producer->getResults(), producer.getDpsInitsMutable()))
      if (producer.payloadUsesValueFromOperand(&init) || llvm::any_of(result.getUsers(), [&](Operation *user) { return user != consumer; }))
        kept.push_back(result);
  }

  linalg::GenericOp replaceBoth(RewriterBase &rewriter) {
    rewriter.setInsertionPoint(consumer);
    SmallVector<Value> results, inits;
    auto add = [&](OpResult result) {
      auto op = cast<linalg::GenericOp>(result.getOwner());
      OpOperand *init = op.getDpsInitOperand(result.getResultNumber());
      results.push_back(result), inits.push_back(init->get()), maps.push_back(op.getMatchingIndexingMap(init));
    };
    llvm::for_each(kept, add);
    llvm::for_each(consumer->getResults(), add);
    auto fused = linalg::GenericOp::create(rewriter, consumer.getLoc(), ValueRange(results).getTypes(), inputs, inits, maps,
                                           consumer.getIteratorTypesArray(),
                                           [&](OpBuilder &builder, Location location, ValueRange arguments) { build(builder, location, arguments); });
    fused->setDiscardableAttrs(consumer->getDiscardableAttrDictionary());
    for (auto [before, after] : llvm::zip_equal(results, fused.getResults()))
      rewriter.replaceAllUsesExcept(before, after, consumer);
    rewriter.eraseOp(consumer);
    rewriter.eraseOp(producer);
    return fused;
  }

private:
  void addInput(linalg::GenericOp op, OpOperand &operand) {
    AffineMap map = op.getMatchingIndexingMap(&operand);
    if (places.try_emplace({operand.get(), AffineMapAttr::get(map)}, inputs.size()).second)
      inputs.push_back(operand.get()), maps.push_back(map);
  }
  /// An input's element in the fused body.
  Value at(linalg::GenericOp op, OpOperand *operand, ValueRange arguments) {
    return arguments[places.at({operand->get(), AffineMapAttr::get(op.getMatchingIndexingMap(operand))})];
  }

  void build(OpBuilder &builder, Location location, ValueRange arguments) {
    IRMapping mapping;
    ValueRange ofInits = arguments.drop_front(inputs.size());
    for (OpOperand *operand : producer.getDpsInputOperands())
      mapping.map(producer.getMatchingBlockArgument(operand), at(producer, operand, arguments));
    for (auto [result, init] : llvm::zip(kept, ofInits))
      mapping.map(producer.getMatchingBlockArgument(producer.getDpsInitOperand(result.getResultNumber())), init);
    clone(builder, producer, mapping);
    auto made = [&](OpResult result) { return mapping.lookupOrDefault(producer.getBody()->getTerminator()->getOperand(result.getResultNumber())); };
    for (OpOperand *operand : consumer.getDpsInputOperands())
      mapping.map(consumer.getMatchingBlockArgument(operand), operand->get().getDefiningOp() == producer ? made(cast<OpResult>(operand->get()))
                                                                                                       : at(consumer, operand, arguments));
    for (auto [init, argument] : llvm::zip_equal(consumer.getDpsInitsMutable(), ofInits.drop_front(kept.size())))
      mapping.map(consumer.getMatchingBlockArgument(&init), argument);
    clone(builder, consumer, mapping);
    SmallVector<Value> yielded = llvm::map_to_vector(kept, made);
    for (Value value : consumer.getBody()->getTerminator()->getOperands())
      yielded.push_back(mapping.lookupOrDefault(value));
    linalg::YieldOp::create(builder, location, yielded);
  }
  static void clone(OpBuilder &builder, linalg::GenericOp op, IRMapping &mapping) {
    for (Operation &inner : op.getBody()->without_terminator())
      builder.clone(inner, mapping);
  }

  linalg::GenericOp producer, consumer;
  SmallVector<OpResult> kept; // of the producer, for later users
  SmallVector<Value> inputs;
  SmallVector<AffineMap> maps; // of the inputs, then of the inits
  DenseMap<std::pair<Value, Attribute>, size_t> places;
};
} // namespace

/// One sweep from the end of the block. A fused op takes its consumer's place and is looked at again, so a chain is
/// fused at once.
static bool fuseBackwards(RewriterBase &rewriter, Block &block) {
  bool changed = false;
  Operation *op = block.empty() ? nullptr : &block.back();
  while (op) {
    auto consumer = dyn_cast<linalg::GenericOp>(op);
    linalg::GenericOp producer = consumer ? findFusableProducer(consumer) : nullptr;
    changed |= producer != nullptr;
    op = producer ? Fused(producer, consumer).replaceBoth(rewriter) : op->getPrevNode();
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
