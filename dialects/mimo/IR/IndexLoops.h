// Loops over indices that are data: what the lowerings of indexing and embeddings share.
#pragma once

#include "mimo/IR/LinalgBuilders.h"

namespace mlir::mimo {

/// An index of i32 or i64 as a position in [0, size): the nearest one where it is out of range.
Value clampIndex(OpBuilder &b, Location loc, Value index, int64_t size);
Value clampIndex(OpBuilder &b, Location loc, Value index, Value size);

/// The size of x along an axis, as an index.
Value sizeAlong(OpBuilder &b, Location loc, Value x, int64_t axis);

using LoopNestBody = llvm::function_ref<SmallVector<Value>(OpBuilder &, Location, ValueRange positions, ValueRange state)>;

/// for positions in the box of `sizes`, in row-major order: state = body(positions, state). Returns the last state.
SmallVector<Value> loopOver(OpBuilder &b, Location loc, ArrayRef<OpFoldResult> sizes, ValueRange state, LoopNestBody body);

/// The box of x at `offsets`, whose dimensions of size 1 that `drop` marks are left out of the result; and the way back.
Value extractBox(OpBuilder &b, Location loc, Value x, ArrayRef<OpFoldResult> offsets, ArrayRef<bool> drop);
Value insertBox(OpBuilder &b, Location loc, Value box, Value x, ArrayRef<OpFoldResult> offsets, ArrayRef<bool> drop);

/// Combines two boxes of one shape element by element, into the place of `into`: body(element of into, element of x).
Value combineInto(OpBuilder &b, Location loc, Value into, Value x, ScalarBody body);

/// The sum of two floating-point elements.
Value addNumbers(OpBuilder &b, Location loc, ValueRange args);

/// `start` with its slices along `axis` combined with the slices of `values` at their indices, in the order of these: into
/// start[..., index[i, j], ...] goes values[..., i, j, ...], by body(element that is there, element of the slice). Slices at the index
/// `ignored` count for nothing; none is ignored where that is negative.
Value combineRows(OpBuilder &b, Location loc, Value start, Value index, Value values, int64_t axis, int64_t ignored, ScalarBody body);

/// x[..., index, ...]: slices of x along `axis`, the index's shape in the axis's place. Reads whole rows where it can.
Value takeAlong(OpBuilder &b, Location loc, RankedTensorType type, Value x, Value index, int64_t axis);

/// The row-major number of a place among `sides`.
Value placeNumber(OpBuilder &b, Location loc, ValueRange place, ArrayRef<int64_t> sides);
/// Each coordinate of a place times its factor: where a window's element lies, by its dilation.
SmallVector<OpFoldResult> scaledPlace(OpBuilder &b, Location loc, ValueRange place, ArrayRef<int64_t> factors);

} // namespace mlir::mimo
