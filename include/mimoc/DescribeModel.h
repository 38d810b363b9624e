// From the model in IR to the plain description that the outside world needs.
#pragma once

#include "mimo/IR/Mimo.h"
#include "mimoc/ModelInfo.h"

namespace mimoc {

/// Everything that the model itself determines: names, shapes, block layouts, options. The entry points and the target
/// are filled in by the stages that make them.
ModelInfo describeModel(mlir::mimo::ModelOp model);

/// Line of the source that a location stands for; 0 where it names none.
int64_t lineOf(mlir::Location loc);

/// Appends the entry points that the lowered module holds, read from the attributes of its functions.
void describeEntries(mlir::ModuleOp module, ModelInfo &info);

} // namespace mimoc
