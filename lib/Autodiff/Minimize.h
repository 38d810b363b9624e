// The gradient of what `minimize` says: fixed coefficients, and rules that balance losses.
#pragma once

#include "EntryBuilder.h"

namespace mimoc {

/// One term in an entry point: its value, and its run-time coefficient in the model's precision.
struct Weighed {
  llvm::StringRef name;
  mlir::Value value, coefficient;
};

/// The gradients of `parameters` (of the entry) of the terms, weighed as `balances` (of the model) say; null where nothing
/// reaches a parameter.
llvm::SmallVector<mlir::Value> differentiateMinimize(EntryBuilder &entry, llvm::ArrayRef<Weighed> terms,
                                                     llvm::ArrayRef<mlir::mimo::BalanceOp> balances,
                                                     mlir::ValueRange parameters);

} // namespace mimoc
