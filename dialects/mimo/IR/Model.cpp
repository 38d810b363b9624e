#include "mimo/IR/Inference.h"

using namespace mlir;
using namespace mlir::mimo;

/// Inherent of a parameter; of an op of the network, whose own attributes say what it computes, it is set beside them.
static StringRef frozenName(Operation *op) { return isa<ParamOp>(op) ? "frozen_in" : "mimo.frozen_in"; }

bool mimo::isFrozen(Operation *op, StringRef phase) {
  auto phases = op->getAttrOfType<ArrayAttr>(frozenName(op));
  return phases && llvm::is_contained(phases.getAsValueRange<StringAttr>(), phase);
}

void mimo::freeze(Operation *op, StringRef phase) {
  SmallVector<Attribute> phases;
  if (auto before = op->getAttrOfType<ArrayAttr>(frozenName(op)))
    llvm::append_range(phases, before);
  phases.push_back(StringAttr::get(op->getContext(), phase));
  op->setAttr(frozenName(op), ArrayAttr::get(op->getContext(), phases));
}

void mimo::forgetPhases(Operation *op) { op->removeAttr(frozenName(op)); }

const OptimizerRule::Concept *OptimizerOp::findRule() {
  auto name = RegisteredOperationName::lookup(("mimo." + getRule()).str(), getContext());
  return name ? name->getInterface<OptimizerRule>() : nullptr;
}

LogicalResult OptimizerOp::verify() {
  const OptimizerRule::Concept *rule = findRule();
  if (!rule)
    return refuse(getLoc(), "optimizer", "there is no rule '" + getRule() + "'");
  if (failed(rule->verifySettings(getLoc(), getSettings())))
    return failure();
  auto number = [](std::optional<APFloat> value) { return value ? value->convertToDouble() : 1; };
  double norm = number(getClipNorm()), value = number(getClipValue()), average = getAverage() ? number(getAverage()) : 0;
  if (getClipNorm() && getClipValue())
    return refuse(getLoc(), getRule(), "clip_norm and clip_value exclude each other: which comes first would be a guess");
  if (!(norm > 0) || !(value > 0))
    return refuse(getLoc(), getRule(), (getClipNorm() ? "clip_norm of " : "clip_value of ") + describe(getClipNorm() ? norm : value) +
                                           " leaves nothing of the gradients; it must be positive");
  if (!(average >= 0 && average < 1))
    return refuse(getLoc(), getRule(), "an average with decay " + describe(average) + " is outside [0, 1); average = equal weighs all steps alike");
  return success();
}

LogicalResult GroupOp::verify() {
  for (auto optimizer : (*this)->getBlock()->getOps<OptimizerOp>())
    if (const OptimizerRule::Concept *rule = optimizer.findRule())
      return rule->verifySettings(getLoc(), getSettings());
  return refuse(getLoc(), "group", "there is no optimizer that the group could belong to");
}

LogicalResult MetricOp::verify() {
  if (getFields().size() != getStates().size())
    return refuse(getLoc(), "metric", "names " + Twine(getFields().size()) + " fields and has " + Twine(getStates().size()) + " states");
  for (Value state : getStates()) {
    auto type = cast<RankedTensorType>(state.getType());
    if (!type.hasStaticShape() || !isa<FloatType>(type.getElementType()))
      return refuse(getLoc(), "metric", "its states are sums over rows, of floating-point type and without the batch, not " + describe(type), state);
  }
  return success();
}

LogicalResult BalanceOp::verify() {
  auto name = RegisteredOperationName::lookup(("mimo." + getRule()).str(), getContext());
  auto *rule = name ? name->getInterface<BalancingRule>() : nullptr;
  if (!rule)
    return refuse(getLoc(), "balance", "there is no rule '" + getRule() + "'");
  if (getTerms().size() < 2)
    return refuse(getLoc(), getRule(), "balances at least two losses, not " + Twine(getTerms().size()));
  if (rule->isRandom() && !getRng())
    return refuse(getLoc(), getRule(), "draws random numbers and needs the random state");
  if (rule->weighsGradients() && getShared().empty())
    return refuse(getLoc(), getRule(), "compares gradients and needs the values that the losses share");
  size_t kept = rule->getKeptOfLoss() ? getTerms().size() : 0;
  if (getState().size() != kept)
    return refuse(getLoc(), getRule(), "keeps " + Twine(kept) + " tensors, not " + Twine(getState().size()));
  return rule->verifySettings(getLoc(), getSettings(), getTerms().size());
}

#define GET_OP_CLASSES
#include "mimo/IR/Model.cpp.inc"
