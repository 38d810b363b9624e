// What calls of norms over channels share: the scale and shift of each channel.
#pragma once

#include "mimo/IR/Inference.h"

namespace mlir::mimo {

/// `weight` and `bias` of so many channels, which start from the call's `init` and `bias_init`, else as ones and zeros; none without `affine`.
inline FailureOr<SmallVector<Value>> affineParameters(CallSite &call, int64_t channels) {
  SmallVector<Value> parameters;
  if (!call.flag("affine"))
    return parameters;
  for (auto [leaf, init, start] : {std::tuple("weight", "init", 1.0), std::tuple("bias", "bias_init", 0.0)}) {
    Initializer constant{"constant", {{"", start, ""}}};
    FailureOr<Value> parameter = call.parameter(leaf, {channels}, call.initializer(init).value_or(constant), channels, channels);
    if (failed(parameter))
      return failure();
    parameters.push_back(*parameter);
  }
  return parameters;
}

} // namespace mlir::mimo
