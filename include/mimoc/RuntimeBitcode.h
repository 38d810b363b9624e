// The run-time support of compiled models (lib/Runtime, freestanding C) as LLVM bitcode that mimoc carries within it.
#pragma once

#include "llvm/Support/MemoryBufferRef.h"
#include "llvm/TargetParser/Triple.h"

namespace mimoc {

/// The bitcode for this target. Empty where mimoc brings none: it has x86-64 and aarch64. It calls nothing but memset
/// and, on aarch64, getauxval, both of libc; its functions keep to the baseline of the architecture, so that the check
/// of the processor's features runs on any processor.
llvm::MemoryBufferRef runtimeBitcode(const llvm::Triple &triple);

} // namespace mimoc
