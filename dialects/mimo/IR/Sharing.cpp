#include "mimo/IR/Sharing.h"

using namespace mlir;
using namespace mlir::mimo;

using LossSet = llvm::SmallBitVector;

namespace {
/// Of one value: the losses that reach it, and whether its uses differ in that.
struct Reach {
  LossSet all;
  bool parts = false;
  void add(const LossSet &use) {
    parts |= all.any() && all != use;
    all |= use;
  }
};
} // namespace

/// What a gradient may flow into: parameters that are trained, and what is computed from them by differentiable ops.
static llvm::DenseSet<Value> findDependent(Block &body, StringRef phase) {
  llvm::DenseSet<Value> dependent;
  for (Operation &op : body) {
    bool depends = isa<Differentiable>(op) && llvm::any_of(op.getOperands(), [&](Value v) { return dependent.contains(v); });
    if (depends || (isa<ParamOp>(op) && !isFrozen(&op, phase)))
      dependent.insert(op.result_begin(), op.result_end());
  }
  return dependent;
}

SmallVector<SharedValue> mimo::findSharedValues(Block &body, ValueRange losses, StringRef phase) {
  llvm::DenseSet<Value> dependent = findDependent(body, phase);
  llvm::DenseMap<Value, Reach> reached;
  auto add = [&](Value value, const LossSet &use) { reached.try_emplace(value, Reach{LossSet(losses.size())}).first->second.add(use); };
  for (auto [k, loss] : llvm::enumerate(losses)) {
    LossSet itself(losses.size());
    itself.set(k);
    add(loss, itself);
  }
  SmallVector<SharedValue> shared;
  for (Operation &op : llvm::reverse(body)) {
    LossSet use(losses.size());
    for (Value result : op.getResults()) {
      auto found = reached.find(result);
      if (found == reached.end() || !dependent.contains(result))
        continue;
      use |= found->second.all;
      if (found->second.parts)
        shared.push_back({result, found->second.all});
    }
    if (use.none() || !isa<Differentiable>(op))
      continue;
    for (Value operand : op.getOperands())
      if (dependent.contains(operand))
        add(operand, use);
  }
  std::reverse(shared.begin(), shared.end());
  return shared;
}
