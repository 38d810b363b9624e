// The end of `apply` and `step`: gradients are limited, every parameter and its state are updated in place. Private to this
// folder.
#pragma once

#include "EntryBuilder.h"

namespace mimoc {

/// `gradients` in the order of PhaseInfo::trained; `parameters` are all of the model's.
void applyOptimizer(EntryBuilder &entry, const ModelInfo &info, const PhaseInfo &phase, mlir::mimo::OptimizerOp optimizer,
                    llvm::ArrayRef<mlir::mimo::ParamOp> parameters, llvm::ArrayRef<mlir::Value> gradients);

} // namespace mimoc
