// Updates of the rows of a parameter whose gradient is sparse.
#pragma once

#include "mimo/IR/Mimo.h"

namespace mlir::mimo {

/// An optimizer's update of one parameter: what the update op gets as operands and attributes.
struct Update {
  StringRef rule;
  DictionaryAttr settings;
  Value parameter, gradient;
  SmallVector<Value> state;
  Value learningRate, rng;
};

/// Emits `update` for the rows whose gradient is not zero; the others, and their state, stay as they are. Where the gradient
/// is made of nothing but the rows of lookups (SparseRows), only these are looked at. Results: the parameter, the state.
Operation *buildRowUpdate(OpBuilder &builder, Location loc, const Update &update);

} // namespace mlir::mimo
