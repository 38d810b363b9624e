#include "mimo/IR/Inference.h"

using namespace mlir;
using namespace mlir::mimo;

LogicalResult OptimizerOp::verify() {
  auto name = RegisteredOperationName::lookup(("mimo." + getRule()).str(), getContext());
  auto *rule = name ? name->getInterface<OptimizerRule>() : nullptr;
  if (!rule)
    return refuse(getLoc(), "optimizer", "there is no rule '" + getRule() + "'");
  return rule->verifySettings(getLoc(), getSettings());
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
