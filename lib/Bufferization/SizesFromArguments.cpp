#include "RunTimeSizes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

namespace mimoc {
#define GEN_PASS_DEF_SIZESFROMARGUMENTS
#include "BufferizationPasses.h.inc"

using namespace mlir;

namespace {
struct SizesFromArguments : impl::SizesFromArgumentsBase<SizesFromArguments> {
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
      Value size = findSize(function, op.getSource(), *index);
      if (!size) {
        op.emitError() << "nothing tells which run-time size dimension " << *index << " of " << type << " has";
        return signalPassFailure();
      }
      op.replaceAllUsesWith(size);
      op.erase();
    }
  }
};
} // namespace

} // namespace mimoc
