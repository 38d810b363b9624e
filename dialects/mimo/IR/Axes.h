// Axes of tensors: how ops name them, and what reductions over them have in common.
#pragma once

#include "mimo/IR/Expr.h"
#include "mimo/IR/Inference.h"

namespace mlir::mimo {

/// x[..., start : start + size, ...] along the axis.
Expr sliceAlong(Expr x, int64_t axis, int64_t start, int64_t size);

/// A possibly negative axis, counted from the front. Whether it exists is for requireAxes.
int64_t axisOf(int64_t axis, int64_t rank);
/// The axes, counted from the front and sorted; all of them where none is listed.
SmallVector<int64_t> axesOf(ArrayRef<int64_t> axes, int64_t rank);

/// Refuses axes that x does not have, and axes that are given twice.
LogicalResult requireAxes(std::optional<Location> loc, StringRef op, ArrayRef<int64_t> axes, Value x);

/// x, axis = all, keepdim = false
Signature reductionSignature();

/// The type of a reduction of x: without the axes, or with size 1 in their place. The element type is x's where none is given.
LogicalResult inferReduction(std::optional<Location> loc, StringRef op, Value x, ArrayRef<int64_t> axes, bool keep,
                             SmallVectorImpl<Type> &types, Type elementType = {});

/// A reduction's result or its cotangent, repeated over the axes of x that were reduced. `axes` as axesOf gives them.
Expr spread(Expr reduced, Value x, ArrayRef<int64_t> axes, bool keep);

/// Emits the reduction mimo.<op> over the axes; x itself where there are none.
Expr reduceBy(StringRef op, Expr x, ArrayRef<int64_t> axes, bool keep);
inline Expr mean(Expr x, ArrayRef<int64_t> axes, bool keep) { return reduceBy("mimo.mean", x, axes, keep); }

} // namespace mlir::mimo
