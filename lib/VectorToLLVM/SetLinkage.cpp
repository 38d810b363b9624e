#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "llvm/ADT/StringMap.h"

using namespace mlir;

namespace mimoc {

#define GEN_PASS_DEF_SETLINKAGE
#include "VectorToLLVMPasses.h.inc"

namespace {

class SetLinkagePass : public impl::SetLinkageBase<SetLinkagePass> {
  void runOnOperation() override {
    llvm::StringMap<unsigned> calls;
    getOperation().walk([&](LLVM::CallOp call) {
      if (call.getCallee())
        ++calls[*call.getCallee()];
    });
    for (auto function : getOperation().getOps<LLVM::LLVMFuncOp>()) {
      if (function.isExternal() || function->hasAttr("mimo.entry"))
        continue;
      function.setLinkage(LLVM::Linkage::Internal);
      // A copy of a kernel in each place that calls it would cost compile time and gain nothing.
      function.setNoInline(calls.lookup(function.getName()) > 1);
    }
  }
};

} // namespace

} // namespace mimoc
