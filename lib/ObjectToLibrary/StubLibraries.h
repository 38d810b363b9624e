// libc.so.6 and libm.so.6 without code, which models are linked against: with nothing in their place, lld would leave
// symbols without a version, which the dynamic linker may bind to an obsolete one.
#pragma once

#include "llvm/ADT/StringRef.h"
#include "llvm/TargetParser/Triple.h"

namespace mimoc {

struct StubLibraries {
  llvm::StringRef libc, libm;
};

/// Both are empty where there are none for the target.
StubLibraries stubLibraries(const llvm::Triple &triple);

} // namespace mimoc
