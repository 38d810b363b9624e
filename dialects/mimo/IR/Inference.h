// Type inference that several ops share. Each reports an error at `loc` in the words of the language.
#pragma once

#include "mimo/IR/Mimo.h"

namespace mlir::mimo {

/// The shape of operands that broadcast: equal rank, or one a scalar, or the one of lower rank without a run-time
/// dimension; size-1 dimensions stretch, trailing dimensions align.
FailureOr<SmallVector<int64_t>> broadcastShapes(std::optional<Location> loc, StringRef op, Type x, Type y);

LogicalResult inferFloatUnary(std::optional<Location> loc, StringRef op, Value x, SmallVectorImpl<Type> &types);
LogicalResult inferArithmetic(std::optional<Location> loc, StringRef op, Value x, Value y, SmallVectorImpl<Type> &types);
LogicalResult inferComparison(std::optional<Location> loc, StringRef op, Value x, Value y, SmallVectorImpl<Type> &types);
LogicalResult inferBoolean(std::optional<Location> loc, StringRef op, ValueRange operands, SmallVectorImpl<Type> &types);
/// A bool for each float.
LogicalResult inferFloatTest(std::optional<Location> loc, StringRef op, Value x, SmallVectorImpl<Type> &types);
LogicalResult inferElementwiseLoss(std::optional<Location> loc, StringRef op, Value prediction, Value target,
                                   SmallVectorImpl<Type> &types);
/// An error that names the op as the language does, with a note where `culprit` (may be null) was made.
LogicalResult refuse(std::optional<Location> loc, StringRef op, const Twine &message, Value culprit = {});

} // namespace mlir::mimo
