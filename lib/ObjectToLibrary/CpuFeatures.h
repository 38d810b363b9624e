#pragma once

#include "mimoc/ModelInfo.h"
#include "llvm/Support/Error.h"

namespace mimoc {

/// The instruction sets that the model's code may use, as bits of lib/Runtime/CpuFeatures.def.
llvm::Expected<uint64_t> cpuFeatureMask(const ModelInfo &info);

} // namespace mimoc
