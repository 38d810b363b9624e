// What the code generator needs to know of the machine that a model is compiled for. Plain data: the stages above
// LLVMToObject never ask LLVM themselves, so a test can describe a machine that does not exist.
#pragma once

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <string>

namespace mimoc {

struct Target {
  std::string triple;
  std::string cpu;      ///< LLVM's name, e.g. "znver4", "x86-64-v3"
  std::string features; ///< LLVM's list, e.g. "+avx512f,-amx-tile"; empty where the cpu says it all
  unsigned vectorBits = 128;     ///< width of the widest vector register that is worth using
  unsigned vectorRegisters = 16; ///< how many there are: bounds the register tile of a GEMM
  bool fma = false;              ///< fused multiply-add in hardware; without it a*b+c is two roundings
};

/// The target that `--target` and `--march` name. An empty triple is the host's; `march` is "native", a level such as
/// "x86-64-v3", or one of LLVM's cpu names. Fails where LLVM knows no such target or cpu, and says what it knows.
llvm::Expected<Target> resolveTarget(llvm::StringRef triple, llvm::StringRef march);

} // namespace mimoc
