// The sum of products behind every convolution, and its lowering in all three directions.
//
//   out[b, y.., (g f)] = sum over i.., c of  x[b, y * stride + i * dilation - before.., (g c)] * weight[(g f), c, i..]
//
// It is linear in x and in the weight: what gives x or the weight from the other two tensors is the same sum of products.
#pragma once

#include "mimo/IR/LinalgBuilders.h"

namespace mlir::mimo {

/// How a window moves over the spatial dimensions: one number each. Tensors are [batch, channels, spatial...] and weights
/// [out channels, channels of a group, kernel...] as in PyTorch.
struct Convolution {
  SmallVector<int64_t> stride, before, after, dilation;
  int64_t groups = 1;

  int64_t spatialRank() const { return stride.size(); }
  /// How many elements of x one window spans along spatial dimension `i`.
  int64_t span(int64_t i, int64_t kernel) const { return dilation[i] * (kernel - 1) + 1; }
  /// The number of windows along spatial dimension `i`; 0 or less where not one fits.
  int64_t windows(int64_t i, int64_t size, int64_t kernel) const;
  bool isPadded() const;
};

/// out (of `type`) from x and the weight; it starts from the bias where there is one.
Value emitConvolution(OpBuilder &b, Location loc, const Convolution &how, Value x, Value weight, Value bias, RankedTensorType type);
/// x (of `type`) from the cotangent of out and the weight.
Value emitConvolutionInput(OpBuilder &b, Location loc, const Convolution &how, Value g, Value weight, RankedTensorType type);
/// The weight (of `type`) from x and the cotangent of out.
Value emitConvolutionWeight(OpBuilder &b, Location loc, const Convolution &how, Value x, Value g, RankedTensorType type);

} // namespace mlir::mimo
