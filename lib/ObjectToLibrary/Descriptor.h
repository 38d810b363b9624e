#pragma once

#include "mimoc/ModelInfo.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/Error.h"

namespace mimoc {

/// The constant `struct mimort_model` of the run-time support (lib/Runtime/Descriptor.h) for this model.
llvm::Expected<llvm::GlobalVariable *> emitDescriptor(llvm::Module &module, const ModelInfo &info);

} // namespace mimoc
