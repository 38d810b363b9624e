#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Transforms/RegionUtils.h"

namespace mimoc {
#define GEN_PASS_DEF_OUTLINEKERNELS
#include "OutliningPasses.h.inc"

using namespace mlir;

/// What a reader of the kernels wants to know of the op first.
static StringRef kindOf(linalg::LinalgOp op) {
  bool addsProducts = isa_and_nonnull<math::FmaOp>(op.getBlock()->getTerminator()->getOperand(0).getDefiningOp());
  if (addsProducts || linalg::isaContractionOpInterface(op))
    return "gemm";
  if (isa<linalg::FillOp>(*op))
    return "fill";
  if (isa<linalg::CopyOp>(*op))
    return "copy";
  if (isa<linalg::TransposeOp>(*op))
    return "transpose";
  return op.getNumReductionLoops() > 0 ? "reduce" : "map";
}

/// Everything from outside that the op uses, once each and in order: operands, then what its body captures.
static SetVector<Value> collectUses(Operation *op) {
  SetVector<Value> values(op->operand_begin(), op->operand_end());
  getUsedValuesDefinedAbove(op->getRegions(), values);
  return values;
}

static llvm::hash_code hashBody(func::FuncOp kernel) {
  llvm::hash_code hash = hash_value(kernel.getFunctionType());
  kernel.getBody().walk([&](Operation *op) {
    hash = llvm::hash_combine(hash, OperationEquivalence::computeHash(
                                        op, OperationEquivalence::ignoreHashValue, OperationEquivalence::ignoreHashValue,
                                        OperationEquivalence::IgnoreLocations));
  });
  return hash;
}

namespace {
/// The module's kernels so far.
class Kernels {
public:
  explicit Kernels(ModuleOp module) : module(module), symbols(module) {}

  /// Replaces the op by a call of its kernel, a new one if none is equal.
  void outline(linalg::LinalgOp op) {
    SmallVector<Value> arguments;
    func::FuncOp kernel = share(build(op, arguments), kindOf(op));
    OpBuilder b(op);
    func::CallOp::create(b, op.getLoc(), kernel, arguments);
    op->erase();
  }

private:
  /// A detached function with a copy of the op; `arguments` are what the op uses of its surroundings.
  func::FuncOp build(linalg::LinalgOp op, SmallVectorImpl<Value> &arguments) {
    SmallVector<Operation *> constants;
    for (Value value : collectUses(op)) {
      if (matchPattern(value, m_Constant()))
        constants.push_back(value.getDefiningOp());
      else
        arguments.push_back(value);
    }
    OpBuilder b(op.getContext());
    FunctionType type = b.getFunctionType(ValueRange(arguments).getTypes(), {});
    auto kernel = func::FuncOp::create(op.getLoc(), "kernel", type);
    kernel.setPrivate();
    kernel.setNoInline(true); // it is called from several entry points and inlining would multiply the code
    Block *body = kernel.addEntryBlock();
    b.setInsertionPointToStart(body);
    IRMapping mapping;
    mapping.map(arguments, body->getArguments());
    for (Operation *constant : constants)
      b.clone(*constant, mapping);
    b.clone(*op, mapping);
    func::ReturnOp::create(b, op.getLoc());
    return kernel;
  }

  func::FuncOp share(func::FuncOp kernel, StringRef kind) {
    SmallVector<func::FuncOp> &candidates = byHash[hashBody(kernel)];
    for (func::FuncOp candidate : candidates) {
      if (candidate.getFunctionType() != kernel.getFunctionType() ||
          !OperationEquivalence::isRegionEquivalentTo(&candidate.getBody(), &kernel.getBody(),
                                                      OperationEquivalence::IgnoreLocations))
        continue;
      kernel.erase();
      return candidate;
    }
    kernel.setName(("kernel_" + kind + "_" + Twine(count[kind]++)).str());
    symbols.insert(kernel);
    candidates.push_back(kernel);
    return kernel;
  }

  ModuleOp module;
  SymbolTable symbols;
  llvm::DenseMap<size_t, SmallVector<func::FuncOp>> byHash;
  llvm::StringMap<int> count; ///< kernels of a kind
};

struct OutlineKernels : impl::OutlineKernelsBase<OutlineKernels> {
  void runOnOperation() override {
    Kernels kernels(getOperation());
    for (auto function : llvm::to_vector(getOperation().getOps<func::FuncOp>())) {
      if (!function->hasAttr("mimo.entry"))
        continue;
      SmallVector<linalg::LinalgOp> ops;
      function.walk([&](linalg::LinalgOp op) { ops.push_back(op); });
      for (linalg::LinalgOp op : ops)
        kernels.outline(op);
    }
  }
};
} // namespace

} // namespace mimoc
