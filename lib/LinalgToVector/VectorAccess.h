// Loads and stores of some lanes at once: contiguous, broadcast or strided, whole or masked.
#pragma once

#include "LoopNest.h"

namespace mimoc {

/// So many consecutive iterations of one loop, done at once. One lane is plain scalar code.
struct Lanes {
  unsigned count = 1;
  mlir::Value mask; ///< which of them exist; null where all do
};

/// The type of `count` lanes of `scalar`.
mlir::Type laneType(mlir::Type scalar, unsigned count);
mlir::Value splat(mlir::ImplicitLocOpBuilder &builder, mlir::Value scalar, unsigned count);
mlir::Value splatConstant(mlir::ImplicitLocOpBuilder &builder, mlir::TypedAttr scalar, unsigned count);

/// The first `active` of `count` lanes.
Lanes firstLanes(mlir::ImplicitLocOpBuilder &builder, unsigned count, mlir::OpFoldResult active);

/// Elements of `access` at `index`, `index + stride`, ....
mlir::Value loadLanes(mlir::ImplicitLocOpBuilder &builder, const Access &access, mlir::OpFoldResult index,
                      mlir::OpFoldResult stride, const Lanes &lanes);
/// Elements of `access` at `index + offsets[lane]`.
mlir::Value gatherLanes(mlir::ImplicitLocOpBuilder &builder, const Access &access, mlir::OpFoldResult index,
                        mlir::Value offsets, const Lanes &lanes);
void storeLanes(mlir::ImplicitLocOpBuilder &builder, mlir::Value value, const Access &access, mlir::OpFoldResult index,
                mlir::OpFoldResult stride, const Lanes &lanes);

} // namespace mimoc
