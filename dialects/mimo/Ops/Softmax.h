// What softmax and the losses on logits share. Emitted alike by both, so that CSE keeps one copy.
#pragma once

#include "mlir/IR/Builders.h"

namespace mlir::mimo {

/// max over the axis, exp(x - max), and its sum over the axis; max and sum without the axis.
struct SoftmaxParts {
  Value max, exps, sum;
};
SoftmaxParts emitSoftmaxParts(OpBuilder &b, Location loc, Value x, int64_t axis);

/// A reduced tensor with the reduced axis again, of size 1.
Value keepAxis(OpBuilder &b, Location loc, Value reduced, int64_t axis);

} // namespace mlir::mimo
