// LLVM's description of a target, made from ours.
#pragma once

#include "mimoc/Target.h"

#include "llvm/Target/TargetMachine.h"

#include <memory>

namespace mimoc {

/// LLVM's target for `triple`; registers all targets of the LLVM library on first use.
llvm::Expected<const llvm::Target *> lookupTarget(const llvm::Triple &triple);

llvm::Expected<std::unique_ptr<llvm::TargetMachine>> createTargetMachine(const Target &target, unsigned optimization);

} // namespace mimoc
