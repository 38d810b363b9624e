// Where losses part: the values up to which several of them have a way in common.
#pragma once

#include "mimo/IR/Mimo.h"

namespace mlir::mimo {

struct SharedValue {
  Value value;
  llvm::SmallBitVector losses; ///< which of them reach it
};

/// The values that depend on a parameter that `phase` trains, that at least two of `losses` reach, and some of whose uses are reached by fewer:
/// the output of a trunk, a parameter of two heads. In order of definition. `body` holds the losses' ops.
SmallVector<SharedValue> findSharedValues(Block &body, ValueRange losses, StringRef phase);

} // namespace mlir::mimo
