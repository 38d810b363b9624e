#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

namespace mimoc {
#define GEN_PASS_DEF_FLATTENELEMENTWISE
#include "OutliningPasses.h.inc"

using namespace mlir;

static bool isContiguous(Value value) {
  auto type = dyn_cast<MemRefType>(value.getType());
  return type && type.getLayout().isIdentity();
}

/// Whether the shape of the op's operands is of no consequence: all are read by identity or are one element.
static bool ignoresShape(linalg::LinalgOp op) {
  if (!isa<linalg::GenericOp, linalg::FillOp, linalg::CopyOp>(*op) || op.hasIndexSemantics() ||
      op.getNumLoops() != op.getNumParallelLoops())
    return false;
  return llvm::all_of(op->getOpOperands(), [&](OpOperand &operand) {
    AffineMap map = op.getMatchingIndexingMap(&operand);
    return map.getNumResults() == 0 || (map.isIdentity() && isContiguous(operand.get()));
  });
}

/// The same elements as memref<?xT>.
static Value flatten(OpBuilder &b, Location loc, Value value) {
  auto type = cast<MemRefType>(value.getType());
  if (type.getRank() > 1) {
    ReassociationIndices all = llvm::to_vector(llvm::seq<int64_t>(0, type.getRank()));
    value = memref::CollapseShapeOp::create(b, loc, value, ArrayRef<ReassociationIndices>{all});
  }
  auto flat = MemRefType::get({ShapedType::kDynamic}, type.getElementType());
  return value.getType() == flat ? value : Value(memref::CastOp::create(b, loc, flat, value));
}

static linalg::GenericOp createFlatGeneric(OpBuilder &b, linalg::GenericOp op, ValueRange inputs, ValueRange outputs) {
  SmallVector<AffineMap> maps;
  for (AffineMap map : op.getIndexingMapsArray())
    maps.push_back(map.getNumResults() == 0 ? AffineMap::get(1, 0, b.getContext()) : b.getMultiDimIdentityMap(1));
  auto flat = linalg::GenericOp::create(b, op.getLoc(), TypeRange{}, inputs, outputs, maps,
                                        {utils::IteratorType::parallel});
  flat.getRegion().takeBody(op.getRegion());
  return flat;
}

static void flattenOp(linalg::LinalgOp op) {
  OpBuilder b(op);
  SmallVector<Value> operands;
  for (OpOperand &operand : op->getOpOperands()) {
    bool isElement = op.getMatchingIndexingMap(&operand).getNumResults() == 0;
    operands.push_back(isElement ? operand.get() : flatten(b, op.getLoc(), operand.get()));
  }
  ValueRange inputs = ValueRange(operands).take_front(op.getNumDpsInputs());
  ValueRange outputs = ValueRange(operands).drop_front(op.getNumDpsInputs());
  if (auto generic = dyn_cast<linalg::GenericOp>(*op))
    createFlatGeneric(b, generic, inputs, outputs);
  else if (isa<linalg::FillOp>(*op))
    linalg::FillOp::create(b, op.getLoc(), inputs, outputs);
  else
    linalg::CopyOp::create(b, op.getLoc(), inputs, outputs);
  op->erase();
}

/// Windows into a buffer differ in where they start; the kernels that work on them need not.
static void freeOffsets(linalg::LinalgOp op) {
  OpBuilder b(op);
  for (OpOperand &operand : op->getOpOperands()) {
    auto type = dyn_cast<MemRefType>(operand.get().getType());
    auto layout = type ? dyn_cast<StridedLayoutAttr>(type.getLayout()) : nullptr;
    if (!layout || ShapedType::isDynamic(layout.getOffset()))
      continue;
    auto anyOffset = StridedLayoutAttr::get(b.getContext(), ShapedType::kDynamic, layout.getStrides());
    auto castType = MemRefType::get(type.getShape(), type.getElementType(), anyOffset, type.getMemorySpace());
    operand.set(memref::CastOp::create(b, op.getLoc(), castType, operand.get()));
  }
}

namespace {
struct FlattenElementwise : impl::FlattenElementwiseBase<FlattenElementwise> {
  void runOnOperation() override {
    if (!getOperation()->hasAttr("mimo.entry"))
      return;
    SmallVector<linalg::LinalgOp> ops;
    getOperation().walk([&](linalg::LinalgOp op) { ops.push_back(op); });
    for (linalg::LinalgOp op : ops) {
      if (ignoresShape(op))
        flattenOp(op);
      else
        freeOffsets(op);
    }
  }
};
} // namespace

} // namespace mimoc
