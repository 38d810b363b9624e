// Where a run-time size comes from. An entry point takes the batch as an index and, where the model declares further run-time sizes,
// those as indices behind it, which `mimo.dim` and `mimo.bound` describe.
#pragma once

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace mimoc {

/// The entry's argument with the size that `dim` names: an argument's or result's attribute `mimo.dim`, null for the batch.
mlir::Value sizeArgument(mlir::func::FuncOp entry, mlir::StringAttr dim);

/// The value that a run-time dimension of a tensor or buffer has, found along the ops that it was made by. Null where they do not tell.
/// `ofArgument` gives the size of an argument of the entry.
mlir::Value findSize(mlir::Value value, int64_t dim, llvm::function_ref<mlir::Value(mlir::BlockArgument)> ofArgument);

/// The same for buffers in an entry point that mimoc-bind-entry-points is done with.
mlir::Value findSize(mlir::func::FuncOp entry, mlir::Value buffer, int64_t dim);

} // namespace mimoc
