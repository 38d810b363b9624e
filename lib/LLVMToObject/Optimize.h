#pragma once

#include "mimoc/LLVMToObject.h"

#include "llvm/Target/TargetMachine.h"

namespace mimoc {

/// Runs LLVM's pass pipeline for options.optimization on `module`.
void optimize(llvm::Module &module, llvm::TargetMachine &machine, const ObjectOptions &options);

} // namespace mimoc
