// The command line that continues a run. Private to this folder.
#pragma once

#include "llvm/ADT/ArrayRef.h"

#include <string>

namespace mimoc {

/// The arguments as they were, ready for a shell, with `--resume CHECKPOINT` instead of what began the run.
std::string resumeCommand(llvm::ArrayRef<std::string> arguments, const std::string &checkpoint);

} // namespace mimoc
