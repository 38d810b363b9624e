#include "mimo/IR/Expr.h"
#include "mimoc/Autodiff.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

using namespace mlir;

namespace mimoc {
#define GEN_PASS_DEF_VJPOFFUNCTIONS
#include "Passes.h.inc"

static bool isFloatTensor(Value value) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  return type && isa<FloatType>(type.getElementType());
}

namespace {
struct VjpOfFunctionsPass : impl::VjpOfFunctionsBase<VjpOfFunctionsPass> {
  void runOnOperation() override {
    func::FuncOp function = getOperation();
    Block &body = function.getBody().front();
    Operation *terminator = body.getTerminator();
    SmallVector<Value> wanted;
    llvm::copy_if(body.getArguments(), std::back_inserter(wanted), isFloatTensor);
    SmallVector<Value> outputs(terminator->getOperands());

    OpBuilder builder(terminator);
    ReverseMode reverse(builder, body, wanted);
    for (Value output : outputs)
      if (isFloatTensor(output))
        reverse.seed(output, body.addArgument(output.getType(), function.getLoc()));
    reverse.run();
    SmallVector<Value> gradients = llvm::map_to_vector(wanted, [&](Value value) -> Value {
      Value gradient = reverse.gradientOf(value);
      return gradient ? gradient : mimo::zerosLike(mimo::Expr(builder, value.getLoc(), value));
    });
    terminator->setOperands(gradients);
    function.setFunctionType(builder.getFunctionType(body.getArgumentTypes(), TypeRange(ValueRange(gradients))));
  }
};
} // namespace

std::unique_ptr<Pass> createVjpOfFunctionsPass() { return std::make_unique<VjpOfFunctionsPass>(); }

} // namespace mimoc
