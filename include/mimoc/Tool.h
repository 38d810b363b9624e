// The mimo program: train, evaluate and use a model from the command line.
#pragma once

#include "llvm/Support/raw_ostream.h"

namespace mimoc {

/// Runs the command and returns the exit status: 0 done, 1 refused, 2 wrong command line, 130 or 143 stopped by SIGINT
/// or SIGTERM with everything saved.
int runMimo(int argc, char **argv, llvm::raw_ostream &out, llvm::raw_ostream &err);

} // namespace mimoc
