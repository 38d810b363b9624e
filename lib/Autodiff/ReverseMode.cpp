#include "mimo/IR/Expr.h"
#include "mimoc/Autodiff.h"

using namespace mlir;

namespace mimoc {

ReverseMode::ReverseMode(OpBuilder &builder, Block &block, ValueRange wanted) : builder(builder) {
  dependent.insert(wanted.begin(), wanted.end());
  for (Operation &op : block) {
    ops.push_back(&op);
    // An op that is not differentiable (a comparison, an index) is constant almost everywhere: nothing depends on it.
    if (isa<mimo::Differentiable>(op) && llvm::any_of(op.getOperands(), [&](Value v) { return depends(v); }))
      dependent.insert(op.result_begin(), op.result_end());
  }
}

void ReverseMode::seed(Value value, Value cotangent) {
  Value &sum = cotangents[value];
  if (!sum) {
    sum = cotangent;
    return;
  }
  auto plus = [&](Value a, Value b) -> Value { return mimo::Expr(builder, value.getLoc(), a) + mimo::Expr(builder, value.getLoc(), b); };
  if (auto rows = cotangent.getDefiningOp<mimo::SparseRows>()) { // a sum of rows stays one
    Value base = rows.getRowsBase();
    sum = rows.addRowsTo(builder, base ? plus(sum, base) : sum);
    return;
  }
  sum = plus(sum, cotangent);
}

void ReverseMode::propagate(Operation *op) {
  auto differentiable = dyn_cast<mimo::Differentiable>(op);
  if (!differentiable || llvm::none_of(op->getResults(), [&](Value v) { return depends(v) && cotangents.contains(v); }) ||
      llvm::any_of(op->getResults(), [&](Value v) { return stops.contains(v); }))
    return;
  SmallVector<Value> incoming = llvm::map_to_vector(op->getResults(), [&](Value v) { return cotangents.lookup(v); });
  SmallVector<bool> needed = llvm::map_to_vector(op->getOperands(), [&](Value v) { return depends(v); });
  if (!llvm::is_contained(needed, true))
    return;
  SmallVector<Value> outgoing = differentiable.emitVjp(builder, incoming, needed);
  for (auto [operand, cotangent, wanted] : llvm::zip_equal(op->getOperands(), outgoing, needed))
    if (wanted && cotangent)
      seed(operand, cotangent);
}

void ReverseMode::run() {
  for (Operation *op : llvm::reverse(ops))
    propagate(op);
}

} // namespace mimoc
