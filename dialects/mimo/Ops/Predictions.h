// What metrics of yes or no and of classes share: numbers with a target of 0 or 1 each, or logits with class indices.
#pragma once

#include "mimo/Ops/Classes.h"

namespace mlir::mimo {

/// Whether there is a target for each number, 0 or 1. Otherwise it is a class for each row.
bool isBinary(Value prediction, Value target);
/// Floating-point numbers with targets that hold the numbers 0 and 1: the values have their shape.
LogicalResult inferBinary(std::optional<Location> loc, StringRef op, Value prediction, Value target, SmallVectorImpl<Type> &types);
/// Whole numbers that say whether something is positive are 0 or 1; classes along `axis` lie below their number. `target` is operand 1.
SmallVector<IndexBound> boundsOfTarget(Value prediction, Value target, int64_t axis);

/// Above one half; for whole numbers above 0. bool.
Expr isPositive(Expr target);
/// The first class of the largest logits (i64), and the number of classes where a logit is NaN: such a row has none.
Expr firstMaximum(Expr logits, int64_t axis);

} // namespace mlir::mimo
