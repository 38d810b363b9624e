// Windows that move over the spatial dimensions of an image [batch, channels, spatial...], one after the other place of a window.
#pragma once

#include "mimo/IR/LinalgBuilders.h"

namespace mlir::mimo {

/// One number a spatial dimension. `before` is what the image is padded with in front of it; behind it there is as much as the
/// last windows need.
struct Windows {
  SmallVector<int64_t> kernel, stride, before, dilation;

  int64_t spatialRank() const { return kernel.size(); }
  int64_t span(int64_t i) const { return dilation[i] * (kernel[i] - 1) + 1; }
  int64_t places() const;
  /// How many windows there are along dimension `i` of an image of `size`; with `ceil` also those that begin inside the image or
  /// the padding before it and end behind the padding (PyTorch's ceil_mode). 0 or less where not one fits.
  int64_t count(int64_t i, int64_t size, bool ceil) const;
};

/// Combines the elements of every window in order: `body` gets the image's element, the place in its window (i32, row-major) and the
/// accumulators, which start from `identities`. The padding counts as `padding`. The results are [batch, channels, counts...].
using WindowBody = llvm::function_ref<SmallVector<Value>(OpBuilder &, Location, Value element, Value place, ValueRange accumulators)>;
SmallVector<Value> reduceWindows(OpBuilder &b, Location loc, const Windows &how, Value x, ArrayRef<int64_t> counts, double padding,
                                 ArrayRef<TypedAttr> identities, WindowBody body);

/// An image (of `type`) that starts as zeros, to which every window adds: `body` gets the image's element, the place in its window
/// (i32) and the elements of `inputs` [batch, channels, counts...], and gives the new element. What falls into the padding is lost.
using PlaceBody = llvm::function_ref<Value(OpBuilder &, Location, Value element, Value place, ValueRange inputs)>;
Value spreadWindows(OpBuilder &b, Location loc, const Windows &how, ValueRange inputs, RankedTensorType type, PlaceBody body);

} // namespace mlir::mimo
