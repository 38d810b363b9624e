#include "CpuFeatures.h"

#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/Triple.h"

using namespace mimoc;

static std::vector<const char *> knownFeatures(const llvm::Triple &triple) {
  std::vector<const char *> names;
  if (triple.getArch() == llvm::Triple::x86_64) {
#define X86(name, ...) names.push_back(name);
#include "Runtime/CpuFeatures.def"
  } else if (triple.getArch() == llvm::Triple::aarch64) {
#define AARCH64(name, ...) names.push_back(name);
#include "Runtime/CpuFeatures.def"
  }
  return names;
}

llvm::Expected<uint64_t> mimoc::cpuFeatureMask(const ModelInfo &info) {
  llvm::InitializeAllTargetInfos();
  llvm::InitializeAllTargetMCs();
  llvm::Triple triple(info.target);
  std::string error;
  const llvm::Target *target = llvm::TargetRegistry::lookupTarget(triple, error);
  if (!target)
    return llvm::createStringError("cannot describe the processor: " + error);
  std::string cpu = info.cpu == "native" ? llvm::sys::getHostCPUName().str() : info.cpu;
  std::unique_ptr<llvm::MCSubtargetInfo> subtarget(target->createMCSubtargetInfo(triple, cpu, info.features));
  if (!subtarget)
    return llvm::createStringError("cannot describe the processor '" + cpu + "' of " + info.target);

  uint64_t mask = 0, bit = 1;
  for (const char *name : knownFeatures(triple)) {
    if (subtarget->checkFeatures("+" + std::string(name)))
      mask |= bit;
    bit <<= 1;
  }
  return mask;
}
