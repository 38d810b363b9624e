// The library that comes with the compiler, written in the language itself: `import "std:mlp"`.
#pragma once

#include "mimoc/Frontend.h"

namespace mimoc {

/// Every *.mimo file of this folder, under its name without the ending.
llvm::ArrayRef<StandardFile> standardLibrary();

} // namespace mimoc
