#include "CompleteLocations.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/BuiltinOps.h"

using namespace mlir;

namespace mimoc {

namespace {

bool hasPlace(Location location) { return location->findInstanceOf<FileLineColLoc>() != nullptr; }

class CompleteLocations : public PassWrapper<CompleteLocations, OperationPass<ModuleOp>> {
public:
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(CompleteLocations)

  StringRef getArgument() const override { return "mimoc-complete-locations"; }

  void runOnOperation() override {
    Location nowhere = FileLineColLoc::get(&getContext(), getOperation().getName().value_or("model"), 0, 0);
    for (auto function : getOperation().getOps<LLVM::LLVMFuncOp>()) {
      if (!hasPlace(function.getLoc()))
        function->setLoc(nowhere);
      function.walk([&](Operation *op) {
        if (!hasPlace(op->getLoc()))
          op->setLoc(function.getLoc());
      });
    }
  }
};

} // namespace

std::unique_ptr<Pass> createCompleteLocations() { return std::make_unique<CompleteLocations>(); }

} // namespace mimoc
