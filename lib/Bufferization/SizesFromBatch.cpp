#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

namespace mimoc {
#define GEN_PASS_DEF_SIZESFROMBATCH
#include "BufferizationPasses.h.inc"

using namespace mlir;

namespace {
struct SizesFromBatch : impl::SizesFromBatchBase<SizesFromBatch> {
  void runOnOperation() override {
    func::FuncOp function = getOperation();
    if (!function->hasAttr("mimo.entry"))
      return;
    SmallVector<memref::DimOp> dims;
    function.walk([&](memref::DimOp op) { dims.push_back(op); });
    for (memref::DimOp op : dims) {
      auto type = cast<MemRefType>(op.getSource().getType());
      std::optional<int64_t> index = op.getConstantIndex();
      if (!index || !type.isDynamicDim(*index))
        continue;
      op.replaceAllUsesWith(function.getArgument(0));
      op.erase();
    }
  }
};
} // namespace

} // namespace mimoc
