#pragma once

#include "mimoc/ModelInfo.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBufferRef.h"

namespace mimoc {

/// Links the object into a shared library at `output`, which calls itself `soname`. Equal inputs give equal bytes.
llvm::Error linkSharedLibrary(llvm::MemoryBufferRef object, const ModelInfo &info, llvm::StringRef soname,
                              llvm::StringRef output);

} // namespace mimoc
