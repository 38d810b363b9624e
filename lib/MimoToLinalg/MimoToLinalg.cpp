#include "mimoc/MimoToLinalg.h"
#include "mimo/IR/Mimo.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;

namespace mimoc {
#define GEN_PASS_DEF_MIMOTOLINALG
#include "Passes.h.inc"

/// Replaces one op by what it says of itself. A lowering may use further mimo ops, which are lowered in their turn.
static void lower(mimo::LowersToLinalg op) {
  OpBuilder builder(op);
  SmallVector<Value> values = op.emitLinalg(builder);
  op->replaceAllUsesWith(values);
  op->erase();
}

/// The type without the name of its run-time dimension.
static Type withoutDim(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  return tensor && tensor.getEncoding() ? RankedTensorType::get(tensor.getShape(), tensor.getElementType()) : type;
}

/// From here on tensor.dim says where a run-time size comes from, so types need not name it: only arguments and results of the
/// function keep the name, as the attribute `mimo.dim`.
static void dropDims(func::FuncOp function) {
  auto name = [&](Type type) -> StringAttr {
    StringRef dim = mimo::runTimeDim(type);
    return dim.empty() || dim == mimo::kBatchName ? nullptr : StringAttr::get(function.getContext(), dim);
  };
  for (auto [i, type] : llvm::enumerate(function.getArgumentTypes()))
    if (StringAttr dim = name(type))
      function.setArgAttr(i, "mimo.dim", dim);
  for (auto [i, type] : llvm::enumerate(function.getResultTypes()))
    if (StringAttr dim = name(type))
      function.setResultAttr(i, "mimo.dim", dim);
  auto all = [](TypeRange types) { return llvm::map_to_vector(types, withoutDim); };
  function.setFunctionType(FunctionType::get(function.getContext(), all(function.getArgumentTypes()), all(function.getResultTypes())));
  for (BlockArgument argument : function.getArguments())
    argument.setType(withoutDim(argument.getType()));
  function.walk([](Operation *op) {
    if (auto names = dyn_cast<mimo::NamesRunTimeSize>(op))
      names.forgetName();
    for (Value result : op->getResults())
      result.setType(withoutDim(result.getType()));
  });
}

static LogicalResult lowerFunction(func::FuncOp function) {
  dropDims(function);
  bool changed = true;
  while (changed) {
    SmallVector<mimo::LowersToLinalg> ops;
    function.walk([&](mimo::LowersToLinalg op) { ops.push_back(op); });
    changed = !ops.empty();
    llvm::for_each(ops, lower);
  }
  WalkResult rest = function.walk([](Operation *op) {
    if (!isa_and_nonnull<mimo::MimoDialect>(op->getDialect()))
      return WalkResult::advance();
    op->emitError() << "'" << op->getName() << "' cannot be lowered: it does not implement LowersToLinalg";
    return WalkResult::interrupt();
  });
  return failure(rest.wasInterrupted());
}

namespace {
struct MimoToLinalgPass : impl::MimoToLinalgBase<MimoToLinalgPass> {
  void runOnOperation() override {
    for (auto model : llvm::make_early_inc_range(getOperation().getOps<mimo::ModelOp>()))
      model.erase();
    for (auto function : getOperation().getOps<func::FuncOp>())
      if (failed(lowerFunction(function)))
        return signalPassFailure();
  }
};
} // namespace

std::unique_ptr<Pass> createCountFlopsPass();

void buildMimoToLinalgPipeline(OpPassManager &manager) {
  manager.addPass(createMimoToLinalg());
  // Losses on logits and softmax emit the same maxima and sums; this keeps one copy.
  manager.addNestedPass<func::FuncOp>(createCSEPass());
  manager.addNestedPass<func::FuncOp>(createCanonicalizerPass());
  // What an update computes once a call does not belong into a loop over rows.
  manager.addNestedPass<func::FuncOp>(createLoopInvariantCodeMotionPass());
  // Before fusion, so that the figure says what the model asks for and not how it is computed.
  manager.addNestedPass<func::FuncOp>(createCountFlopsPass());
}

void registerMimoToLinalgStagePasses() {
  PassRegistration<MimoToLinalgPass>();
  registerPass([] { return createCountFlopsPass(); });
}

} // namespace mimoc
