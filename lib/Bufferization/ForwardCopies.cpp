#include "Roots.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Interfaces/ViewLikeInterface.h"

namespace mimoc {
#define GEN_PASS_DEF_FORWARDCOPIES
#include "BufferizationPasses.h.inc"

using namespace mlir;

namespace {
/// One op that touches memory through one of its operands.
struct Access {
  Operation *op;
  Value value;
};
} // namespace

static void collectAccesses(Value value, SmallVectorImpl<Access> &accesses) {
  for (Operation *user : value.getUsers()) {
    if (!isView(user))
      accesses.push_back({user, value});
    else
      collectAccesses(user->getResult(0), accesses);
  }
}

static bool writes(const Access &access) {
  auto effects = dyn_cast<MemoryEffectOpInterface>(access.op);
  if (!effects)
    return true;
  SmallVector<MemoryEffects::EffectInstance> onValue;
  effects.getEffectsOnValue(access.value, onValue);
  return llvm::any_of(onValue, [](auto &effect) { return isa<MemoryEffects::Write>(effect.getEffect()); });
}

/// Two subviews of one buffer that lie apart in some dimension, by their constant offsets and sizes.
static bool areDisjoint(memref::SubViewOp a, memref::SubViewOp b) {
  for (auto [offsetA, sizeA, offsetB, sizeB] :
       llvm::zip(a.getStaticOffsets(), a.getStaticSizes(), b.getStaticOffsets(), b.getStaticSizes())) {
    if (ShapedType::isDynamic(offsetA) || ShapedType::isDynamic(offsetB))
      continue;
    if (!ShapedType::isDynamic(sizeA) && offsetA + sizeA <= offsetB)
      return true;
    if (!ShapedType::isDynamic(sizeB) && offsetB + sizeB <= offsetA)
      return true;
  }
  return false;
}

static bool hasUnitStrides(memref::SubViewOp op) {
  return llvm::all_of(op.getStaticStrides(), [](int64_t stride) { return stride == 1; });
}

/// Whether `value`, a view of the same root as `place`, may share an element with it.
static bool mayOverlap(Value value, Value place) {
  auto window = place.getDefiningOp<memref::SubViewOp>();
  if (!window || !hasUnitStrides(window))
    return true;
  for (; isView(value.getDefiningOp()); value = cast<ViewLikeOpInterface>(value.getDefiningOp()).getViewSource()) {
    auto other = value.getDefiningOp<memref::SubViewOp>();
    if (other && other.getSource() == window.getSource())
      return !hasUnitStrides(other) || !areDisjoint(window, other);
  }
  return true;
}

static Operation *inBlock(Block *block, Operation *op) { return block->findAncestorOpInBlock(*op); }

/// Nobody can tell whether the value was written to `place` from the start instead of by `copy`.
static bool isUnobservable(memref::CopyOp copy, Value buffer, Value place) {
  Block *block = copy->getBlock();
  SmallVector<Access> ofBuffer, ofRoot;
  collectAccesses(buffer, ofBuffer);
  collectAccesses(rootOf(place), ofRoot);
  Operation *first = copy, *last = copy;
  for (const Access &access : ofBuffer) {
    Operation *op = inBlock(block, access.op);
    if (!op || (copy->isBeforeInBlock(op) && writes(access)))
      return false;
    first = op->isBeforeInBlock(first) ? op : first;
    last = last->isBeforeInBlock(op) ? op : last;
  }
  return llvm::all_of(ofRoot, [&](const Access &access) {
    Operation *op = inBlock(block, access.op);
    if (op == copy || !mayOverlap(access.value, place))
      return op != nullptr;
    if (!op || op == first)
      return false;
    if (op->isBeforeInBlock(first) || last->isBeforeInBlock(op))
      return true;
    return copy->isBeforeInBlock(op) && !writes(access);
  });
}

/// Strided places suit ops that index their operands, and subviews, which are retyped.
static bool acceptsAnyLayout(Value buffer) {
  return llvm::all_of(buffer.getUsers(), [](Operation *user) {
    if (isa<memref::SubViewOp>(user))
      return acceptsAnyLayout(user->getResult(0));
    return isa<linalg::LinalgOp, memref::LoadOp, memref::StoreOp, memref::CopyOp, memref::DimOp>(user);
  });
}

/// Lists what computes `place` and must come before `point`, in order. Fails where that is not possible.
static LogicalResult collectComputation(Value value, Operation *point, SetVector<Operation *> &ops) {
  Operation *op = value.getDefiningOp();
  if (!op)
    return success();
  if (op->getBlock() != point->getBlock() || op->isBeforeInBlock(point))
    return success(op->getBlock() == point->getBlock());
  if (!isView(op) && !isa<memref::AllocOp, arith::ConstantOp>(op))
    return failure();
  for (Value operand : op->getOperands())
    if (failed(collectComputation(operand, point, ops)))
      return failure();
  ops.insert(op);
  return success();
}

/// Gives `buffer`'s users `place`, whose layout may differ.
static void replaceBuffer(Value buffer, Value place) {
  SmallVector<memref::SubViewOp> subviews;
  for (Operation *user : buffer.getUsers())
    if (auto subview = dyn_cast<memref::SubViewOp>(user))
      subviews.push_back(subview);
  bool sameType = buffer.getType() == place.getType();
  buffer.replaceAllUsesWith(place);
  if (sameType)
    return;
  for (memref::SubViewOp old : subviews) {
    OpBuilder b(old);
    auto type = memref::SubViewOp::inferRankReducedResultType(old.getType().getShape(),
                                                              cast<MemRefType>(place.getType()), old.getMixedOffsets(),
                                                              old.getMixedSizes(), old.getMixedStrides());
    auto retyped = memref::SubViewOp::create(b, old.getLoc(), cast<MemRefType>(type), place, old.getMixedOffsets(),
                                             old.getMixedSizes(), old.getMixedStrides());
    replaceBuffer(old, retyped);
    old.erase();
  }
}

static bool forward(memref::CopyOp copy) {
  auto buffer = copy.getSource().getDefiningOp<memref::AllocOp>();
  Value place = copy.getTarget();
  if (!buffer || buffer->getBlock() != copy->getBlock() || rootOf(place) == buffer.getResult())
    return false;
  auto placeType = cast<MemRefType>(place.getType());
  if (buffer.getType().getShape() != placeType.getShape())
    return false;
  if (buffer.getType() != placeType && !acceptsAnyLayout(buffer))
    return false;
  SetVector<Operation *> computation;
  if (failed(collectComputation(place, buffer, computation)) || !isUnobservable(copy, buffer, place))
    return false;
  for (Operation *op : computation)
    op->moveBefore(buffer);
  copy.erase();
  replaceBuffer(buffer, place);
  buffer.erase();
  return true;
}

namespace {
struct ForwardCopies : impl::ForwardCopiesBase<ForwardCopies> {
  void runOnOperation() override {
    SmallVector<memref::CopyOp> copies;
    getOperation().walk([&](memref::CopyOp op) { copies.push_back(op); });
    // From the end: a concatenation finds its own place before its branches look for theirs inside it.
    for (memref::CopyOp copy : llvm::reverse(copies))
      forward(copy);
  }
};
} // namespace

} // namespace mimoc
