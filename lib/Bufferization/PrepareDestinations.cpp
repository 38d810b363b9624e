#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

namespace mimoc {
#define GEN_PASS_DEF_PREPAREDESTINATIONS
#include "BufferizationPasses.h.inc"

using namespace mlir;

static Value createEmpty(OpBuilder &b, Location loc, RankedTensorType type, Value batch) {
  SmallVector<Value> sizes(type.getNumDynamicDims(), batch);
  return tensor::EmptyOp::create(b, loc, type, sizes);
}

/// A splat constant is filled where it is needed: bufferized it would be a global, or a copy of one.
static void fillSplatConstants(func::FuncOp function) {
  SmallVector<arith::ConstantOp> constants;
  function.walk([&](arith::ConstantOp op) {
    auto splat = dyn_cast<SplatElementsAttr>(op.getValue());
    if (splat && isa<RankedTensorType>(op.getType()))
      constants.push_back(op);
  });
  for (arith::ConstantOp op : constants) {
    OpBuilder b(op);
    auto type = cast<RankedTensorType>(op.getType());
    auto value = cast<SplatElementsAttr>(op.getValue()).getSplatValue<TypedAttr>();
    Value scalar = arith::ConstantOp::create(b, op.getLoc(), value);
    Value empty = tensor::EmptyOp::create(b, op.getLoc(), type, ValueRange{});
    auto fill = linalg::FillOp::create(b, op.getLoc(), scalar, empty);
    op.replaceAllUsesWith(fill.getResult(0));
    op.erase();
  }
}

/// A tensor of one scalar is inserted into a destination, so that it can be written where it is wanted.
static void insertScalars(func::FuncOp function) {
  SmallVector<tensor::FromElementsOp> ops;
  function.walk([&](tensor::FromElementsOp op) { ops.push_back(op); });
  for (tensor::FromElementsOp op : ops) {
    if (op.getType().getRank() != 0)
      continue;
    OpBuilder b(op);
    Value empty = createEmpty(b, op.getLoc(), op.getType(), nullptr);
    Value inserted = tensor::InsertOp::create(b, op.getLoc(), op.getElements()[0], empty, ValueRange{});
    op.replaceAllUsesWith(inserted);
    op.erase();
  }
}

/// Only what makes up a destination is duplicated and moved: it costs no computation that the op would not wait for.
static bool makesDestination(Operation *op) {
  return isa_and_nonnull<tensor::EmptyOp, linalg::FillOp>(op);
}

/// Gives `user` a destination of its own, right before it; the same for the destination's destination.
static void ownDestination(OpBuilder &b, OpOperand &destination) {
  Operation *op = destination.get().getDefiningOp();
  Operation *user = destination.getOwner();
  if (!makesDestination(op) || op->getBlock() != user->getBlock())
    return;
  b.setInsertionPoint(user);
  Operation *own = b.clone(*op);
  destination.set(own->getResult(cast<OpResult>(destination.get()).getResultNumber()));
  if (op->use_empty())
    op->erase();
  if (auto fill = dyn_cast<linalg::FillOp>(own))
    ownDestination(b, fill.getOutputsMutable()[0]);
}

static void ownDestinations(func::FuncOp function) {
  OpBuilder b(function.getContext());
  SmallVector<OpOperand *> destinations;
  function.walk([&](DestinationStyleOpInterface op) {
    if (!makesDestination(op) && op.hasPureTensorSemantics())
      for (OpOperand &init : op.getDpsInitsMutable())
        destinations.push_back(&init);
  });
  for (OpOperand *destination : destinations)
    ownDestination(b, *destination);
  // Fills that are used as an input keep their place, but share no destination either.
  SmallVector<linalg::FillOp> fills;
  function.walk([&](linalg::FillOp op) { fills.push_back(op); });
  for (linalg::FillOp fill : fills)
    if (!fill->use_empty())
      ownDestination(b, fill.getOutputsMutable()[0]);
}

static Operation *lastUser(Value value, Block *block) {
  Operation *last = nullptr;
  for (Operation *user : value.getUsers()) {
    Operation *inBlock = block->findAncestorOpInBlock(*user);
    if (!isa<bufferization::MaterializeInDestinationOp>(inBlock) && (!last || last->isBeforeInBlock(inBlock)))
      last = inBlock;
  }
  return last;
}

/// An update that overwrites what stands at a place moves behind the last reader of the old value, if everything that
/// needs the new value comes later still.
static void delayUpdate(bufferization::MaterializeInDestinationOp place) {
  Operation *update = place.getSource().getDefiningOp();
  Block *block = place->getBlock();
  auto old = place.getDest().getDefiningOp<bufferization::ToTensorOp>();
  if (!update || !old || update->getBlock() != block || !isa<linalg::LinalgOp>(update))
    return;
  Operation *reader = lastUser(old, block);
  if (!reader || reader == update || reader->isBeforeInBlock(update))
    return;
  bool usersComeLater = llvm::all_of(update->getUsers(), [&](Operation *user) {
    return reader->isBeforeInBlock(block->findAncestorOpInBlock(*user));
  });
  if (usersComeLater)
    update->moveAfter(reader);
}

namespace {
struct PrepareDestinations : impl::PrepareDestinationsBase<PrepareDestinations> {
  void runOnOperation() override {
    func::FuncOp function = getOperation();
    if (!function->hasAttr("mimo.entry"))
      return;
    fillSplatConstants(function);
    insertScalars(function);
    SmallVector<bufferization::MaterializeInDestinationOp> results;
    function.walk([&](bufferization::MaterializeInDestinationOp op) {
      if (op.getResult())
        results.push_back(op);
    });
    for (auto place : results)
      delayUpdate(place);
    ownDestinations(function);
  }
};
} // namespace

} // namespace mimoc
