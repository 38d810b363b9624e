// What ops that move windows over images, or resize them, share: which tensors are images, how sizes are read from a call.
#pragma once

#include "mimo/IR/Inference.h"

namespace mlir::mimo {

/// So that no product of two of them, or with a size, leaves 64 bits.
inline constexpr int64_t kMostWindowSize = 1 << 20;

/// Floating-point numbers of an image or a sequence.
inline LogicalResult verifyImageOrSequence(std::optional<Location> loc, StringRef op, Value x) {
  auto type = cast<RankedTensorType>(x.getType());
  if (!isa<FloatType>(type.getElementType()))
    return refuse(loc, op, "takes a floating-point tensor, not " + describe(type), x);
  if (type.getRank() != 3 && type.getRank() != 4)
    return refuse(loc, op, "input is " + describe(type) + ", not [batch, channels, height, width] or [batch, channels, length]", x);
  return success();
}

inline LogicalResult requireWithin(CallSite &call, StringRef formal, ArrayRef<int64_t> given, int64_t least) {
  for (int64_t size : given)
    if (size < least || size > kMostWindowSize)
      return mlir::emitError(call.locOf(formal)) << call.callee() << ": " << formal << " is " << size << "; it must be "
                                                 << (size < least ? "at least " : "at most ") << (size < least ? least : kMostWindowSize);
  return success();
}

/// A number for every spatial dimension, or one for all; each at least `least`. `others` says what else there may be.
inline FailureOr<SmallVector<int64_t>> readSizes(CallSite &call, StringRef formal, int64_t spatialRank, int64_t least, StringRef others = "") {
  SmallVector<int64_t> given = call.integers(formal);
  if (given.size() == 1)
    given.resize(spatialRank, given[0]);
  if (given.size() != static_cast<size_t>(spatialRank))
    return mlir::emitError(call.locOf(formal)) << call.callee() << ": " << formal << " has " << given.size() << " numbers; there must be one"
                                               << (spatialRank == 2 ? " for both dimensions or two" : "") << others;
  if (failed(requireWithin(call, formal, given, least)))
    return failure();
  return given;
}

} // namespace mlir::mimo
