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

#define GET_OP_CLASSES
#include "mimo/IR/Model.cpp.inc"
