#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

namespace mimoc {
#define GEN_PASS_DEF_PREPAREDESTINATIONS
#include "BufferizationPasses.h.inc"

using namespace mlir;

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
    Value empty = tensor::EmptyOp::create(b, op.getLoc(), op.getType(), ValueRange{});
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

static Operation *lastUser(Value value) {
  Operation *last = nullptr;
  Block *block = value.getParentBlock();
  for (Operation *user : value.getUsers()) {
    Operation *inBlock = block->findAncestorOpInBlock(*user);
    last = !last || last->isBeforeInBlock(inBlock) ? inBlock : last;
  }
  return last;
}

/// Moves the op behind the last reader of `old`, if everything that needs its results comes later still.
static void delay(Operation *op, Value old) {
  Operation *reader = lastUser(old);
  if (!reader || reader == op || reader->isBeforeInBlock(op))
    return;
  bool usersComeLater = llvm::all_of(op->getUsers(), [&](Operation *user) {
    return reader->isBeforeInBlock(op->getBlock()->findAncestorOpInBlock(*user));
  });
  if (usersComeLater)
    op->moveAfter(reader);
}

/// The tensor.empty that `value` is computed in, directly or through destinations that nobody else uses.
static OpOperand *findEmptyDestination(Value value) {
  auto op = value.getDefiningOp<DestinationStyleOpInterface>();
  if (!op)
    return nullptr;
  OpOperand *destination = op.getTiedOpOperand(cast<OpResult>(value));
  if (destination->get().getDefiningOp<tensor::EmptyOp>())
    return destination;
  return destination->get().hasOneUse() ? findEmptyDestination(destination->get()) : nullptr;
}

/// Computes a result where it goes: `copy` takes it there.
static void aimAtPlace(memref::CopyOp copy) {
  auto result = copy.getSource().getDefiningOp<bufferization::ToBufferOp>();
  auto users = copy.getTarget().getUsers();
  auto read = llvm::find_if(users, [](Operation *user) { return isa<bufferization::ToTensorOp>(user); });
  if (!result || read == users.end())
    return;
  OpOperand *destination = findEmptyDestination(result.getTensor());
  if (!destination)
    return;
  Value old = cast<bufferization::ToTensorOp>(*read).getResult();
  delay(result.getTensor().getDefiningOp(), old);
  destination->set(old);
}

namespace {
struct PrepareDestinations : impl::PrepareDestinationsBase<PrepareDestinations> {
  void runOnOperation() override {
    func::FuncOp function = getOperation();
    if (!function->hasAttr("mimo.entry"))
      return;
    fillSplatConstants(function);
    insertScalars(function);
    ownDestinations(function);
    function.walk([](memref::CopyOp copy) {
      if (copy->hasAttr("mimo.result"))
        aimAtPlace(copy);
    });
  }
};
} // namespace

} // namespace mimoc
