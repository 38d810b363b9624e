#include "TargetMachine.h"

#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/TargetSelect.h"

#include <mutex>

using namespace llvm;

namespace mimoc {

Expected<const llvm::Target *> lookupTarget(const Triple &triple) {
  static std::once_flag registered;
  std::call_once(registered, [] {
    InitializeAllTargetInfos();
    InitializeAllTargets();
    InitializeAllTargetMCs();
    InitializeAllAsmPrinters();
    InitializeAllAsmParsers();
  });
  std::string reason;
  if (const llvm::Target *found = TargetRegistry::lookupTarget(triple, reason))
    return found;
  return createStringError("no code generator for target '" + triple.str() + "': " + reason);
}

static CodeGenOptLevel codegenLevel(unsigned optimization) {
  switch (optimization) {
  case 0: return CodeGenOptLevel::None;
  case 1: return CodeGenOptLevel::Less;
  default: return CodeGenOptLevel::Default; // "aggressive" costs time and gains nothing on these kernels
  }
}

Expected<std::unique_ptr<TargetMachine>> createTargetMachine(const Target &target, unsigned optimization) {
  Triple triple(target.triple);
  Expected<const llvm::Target *> found = lookupTarget(triple);
  if (!found)
    return found.takeError();
  TargetOptions options;
  options.FunctionSections = true;
  options.DataSections = true;
  // Multiply-adds are fused where the kernels say so and nowhere else: fusion of kernels must not change bits.
  options.AllowFPOpFusion = FPOpFusion::Strict;
  return std::unique_ptr<TargetMachine>((*found)->createTargetMachine(triple, target.cpu, target.features, options,
                                                                      Reloc::PIC_, std::nullopt,
                                                                      codegenLevel(optimization)));
}

} // namespace mimoc
