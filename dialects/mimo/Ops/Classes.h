// What losses and metrics of classes share: logits with an axis of classes, and class indices without it.
#pragma once

#include "mimo/IR/Expr.h"
#include "mimo/IR/LinalgBuilders.h"
#include "mimo/Ops/Softmax.h"

namespace mlir::mimo {

/// The axis of classes, counted from 0: the last one where none is given. Attributes give it as uint64_t.
int64_t axisOf(std::optional<int64_t> axis, RankedTensorType type);

/// Logits with classes along `axis`, and class indices with the other axes: the values have the shape of the indices.
LogicalResult inferClasses(std::optional<Location> loc, StringRef op, Value prediction, Value target, std::optional<int64_t> axis,
                           SmallVectorImpl<Type> &types);
/// Class weights: none, or one a class.
LogicalResult verifyClassWeights(std::optional<Location> loc, StringRef op, ArrayRef<double> weights, int64_t classes);
bool isIndexTensor(Value value);
/// Labels lie below the number of classes; nothing else does.
SmallVector<IndexBound> boundsOfLabels(Value prediction, Value target, std::optional<int64_t> axis);

/// Reads class indices of any width beside the classes of an axis and runs `body` on (element of logits, is it the label's class).
Value perClass(OpBuilder &b, Location loc, RankedTensorType type, ValueRange logits, Value label, int64_t axis,
               llvm::function_ref<Value(OpBuilder &, Location, Value, Value)> body);

/// 1 where the class along `axis` is the label's and 0 elsewhere, of the shape of `logits`.
Expr oneHotLike(Expr logits, Value label, int64_t axis);
/// Class weights beside the classes along `axis` of logits.
Expr weightsAlong(Expr logits, ArrayRef<double> weights, int64_t axis);
/// The weight of each label's class, of the shape of the labels.
Expr weightOfLabel(Expr logits, Value label, ArrayRef<double> weights, int64_t axis);

} // namespace mlir::mimo
