// What a memref is a view of.
#pragma once

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Interfaces/ViewLikeInterface.h"

namespace mimoc {

inline bool isView(mlir::Operation *op) { return llvm::isa_and_nonnull<mlir::ViewLikeOpInterface>(op); }

/// The allocation, argument or member of a block that `value` is a view of. Members of a block do not overlap, and each
/// has exactly one memref.view.
inline mlir::Value rootOf(mlir::Value value) {
  while (mlir::Operation *op = value.getDefiningOp()) {
    if (!isView(op))
      break;
    mlir::Value source = llvm::cast<mlir::ViewLikeOpInterface>(op).getViewSource();
    if (llvm::isa<mlir::memref::ViewOp>(op) && llvm::isa<mlir::BlockArgument>(source))
      break;
    value = source;
  }
  return value;
}

} // namespace mimoc
