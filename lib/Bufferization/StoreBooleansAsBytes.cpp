#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

namespace mimoc {
#define GEN_PASS_DEF_STOREBOOLEANSASBYTES
#include "BufferizationPasses.h.inc"

using namespace mlir;

static bool isBooleanTensor(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  return tensor && tensor.getElementType().isInteger(1);
}

static Value toByte(OpBuilder &b, Value bit) {
  return arith::ExtUIOp::create(b, bit.getLoc(), b.getI8Type(), bit);
}

/// The body sees bytes; whoever computes with one gets its bit, whoever passes it on gets the byte itself.
static void convertBodyArgument(OpBuilder &b, BlockArgument argument) {
  argument.setType(b.getI8Type());
  b.setInsertionPointToStart(argument.getOwner());
  Value bit;
  for (OpOperand &use : llvm::make_early_inc_range(argument.getUses())) {
    if (isa<linalg::YieldOp>(use.getOwner()))
      continue;
    if (!bit)
      bit = arith::TruncIOp::create(b, argument.getLoc(), b.getI1Type(), argument);
    if (use.getOwner() != bit.getDefiningOp())
      use.set(bit);
  }
}

static void convertLinalgOp(OpBuilder &b, linalg::LinalgOp op) {
  for (OpOperand &operand : op->getOpOperands()) {
    BlockArgument argument = op.getMatchingBlockArgument(&operand);
    if (operand.get().getType().isInteger(1)) { // linalg.fill
      b.setInsertionPoint(op);
      operand.set(toByte(b, operand.get()));
    }
    if (argument.getType().isInteger(1) && !operand.get().getType().isInteger(1))
      convertBodyArgument(b, argument);
  }
  Operation *yield = op.getBlock()->getTerminator();
  b.setInsertionPoint(yield);
  for (auto [result, operand] : llvm::zip(op->getResultTypes(), yield->getOpOperands()))
    if (operand.get().getType().isInteger(1) && isBooleanTensor(result))
      operand.set(toByte(b, operand.get()));
}

static void convertConstant(arith::ConstantOp op) {
  auto dense = cast<DenseElementsAttr>(op.getValue());
  Type byte = IntegerType::get(op.getContext(), 8);
  op.setValueAttr(dense.mapValues(byte, [](const APInt &bit) { return bit.zext(8); }));
}

/// Scalars that go into or come out of a tensor stay bits outside of it.
static void convertScalars(OpBuilder &b, Operation *op) {
  if (auto extract = dyn_cast<tensor::ExtractOp>(op)) {
    Value byte = extract.getResult();
    byte.setType(b.getI8Type());
    b.setInsertionPointAfter(op);
    auto bit = arith::TruncIOp::create(b, op->getLoc(), b.getI1Type(), byte);
    byte.replaceAllUsesExcept(bit, bit);
    return;
  }
  b.setInsertionPoint(op);
  for (OpOperand &operand : op->getOpOperands())
    if (operand.get().getType().isInteger(1))
      operand.set(toByte(b, operand.get()));
}

static bool touchesBooleanTensors(Operation *op) {
  return llvm::any_of(op->getOperandTypes(), isBooleanTensor) || llvm::any_of(op->getResultTypes(), isBooleanTensor);
}

static void convertOp(OpBuilder &b, Operation *op) {
  if (auto linalgOp = dyn_cast<linalg::LinalgOp>(op))
    convertLinalgOp(b, linalgOp);
  else if (auto constant = dyn_cast<arith::ConstantOp>(op))
    convertConstant(constant);
  else if (isa<tensor::ExtractOp, tensor::FromElementsOp, tensor::InsertOp>(op))
    convertScalars(b, op);
}

namespace {
struct StoreBooleansAsBytes : impl::StoreBooleansAsBytesBase<StoreBooleansAsBytes> {
  /// Named ops compute on their elements by name; as linalg.generic their bodies can be changed. Those that only move
  /// data work on any type.
  LogicalResult generalize() {
    IRRewriter rewriter(&getContext());
    SmallVector<linalg::LinalgOp> named;
    getOperation().walk([&](linalg::LinalgOp op) {
      if (touchesBooleanTensors(op) &&
          !isa<linalg::GenericOp, linalg::FillOp, linalg::CopyOp, linalg::TransposeOp, linalg::BroadcastOp>(*op))
        named.push_back(op);
    });
    for (linalg::LinalgOp op : named) {
      rewriter.setInsertionPoint(op);
      if (failed(linalg::generalizeNamedOp(rewriter, op)))
        return op->emitError() << "'" << op->getName() << "' cannot be rewritten to work on bytes instead of i1";
    }
    return success();
  }

  void runOnOperation() override {
    if (failed(generalize()))
      return signalPassFailure();
    SmallVector<Operation *> ops;
    getOperation().walk([&](Operation *op) {
      if (touchesBooleanTensors(op))
        ops.push_back(op);
    });
    OpBuilder b(&getContext());
    for (Operation *op : ops)
      convertOp(b, op);
    for (Operation *op : ops)
      for (Value result : op->getResults())
        if (isBooleanTensor(result.getType()))
          result.setType(cast<RankedTensorType>(result.getType()).clone(b.getI8Type()));
  }
};
} // namespace

} // namespace mimoc
