// Resolves what --target and --march name to the facts that the code generator works with.
#include "mimoc/Target.h"

#include "TargetMachine.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/TargetParser/Host.h"

using namespace llvm;

namespace mimoc {

namespace {

/// The features of this machine, in a fixed order: a StringMap's differs from run to run.
std::string hostFeatures() {
  std::vector<std::string> features;
  for (const auto &entry : sys::getHostCPUFeatures())
    features.push_back((entry.getValue() ? "+" : "-") + entry.getKey().str());
  llvm::sort(features);
  return llvm::join(features, ",");
}

/// What "native" means for a machine that is not this one: old enough to run everywhere.
std::string baselineCpu(const Triple &triple) { return triple.getArch() == Triple::x86_64 ? "x86-64-v2" : "generic"; }

void setVectorFacts(const MCSubtargetInfo &subtarget, const Triple &triple, Target &target) {
  auto has = [&](StringRef feature) { return subtarget.checkFeatures(("+" + feature).str()); };
  if (triple.isX86()) {
    target.vectorBits = has("avx512f") && has("avx512vl") && has("avx512bw") ? 512 : has("avx") ? 256 : 128;
    target.vectorRegisters = target.vectorBits == 512 ? 32 : 16;
    target.fma = has("fma") || target.vectorBits == 512;
    return;
  }
  target.vectorBits = 128;
  target.vectorRegisters = 32;
  target.fma = triple.isAArch64();
}

} // namespace

Expected<Target> resolveTarget(StringRef tripleName, StringRef march) {
  Triple host(sys::getDefaultTargetTriple());
  Triple triple(tripleName.empty() ? host.str() : Triple::normalize(tripleName));
  Expected<const llvm::Target *> found = lookupTarget(triple);
  if (!found)
    return found.takeError();
  Target target;
  target.triple = triple.str();
  bool native = march.empty() || march == "native";
  bool isHost = triple.getArch() == host.getArch() && triple.getOS() == host.getOS();
  if (native && isHost) {
    target.cpu = sys::getHostCPUName().str();
    target.features = hostFeatures();
  } else {
    target.cpu = native ? baselineCpu(triple) : march.str();
  }
  std::unique_ptr<MCSubtargetInfo> plain((*found)->createMCSubtargetInfo(triple, "", ""));
  if (!plain->isCPUStringValid(target.cpu))
    return createStringError("unknown cpu '" + target.cpu + "' for target '" + target.triple +
                             "'; use native, a level such as x86-64-v3, or one of the names that `llc -march=" +
                             (*found)->getName() + " -mcpu=help` lists");
  std::unique_ptr<MCSubtargetInfo> subtarget(
      (*found)->createMCSubtargetInfo(triple, target.cpu, target.features));
  setVectorFacts(*subtarget, triple, target);
  return target;
}

} // namespace mimoc
