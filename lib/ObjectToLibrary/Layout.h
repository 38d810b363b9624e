// Bytes and offsets of what the header shows, in one place for header and JSON.
#pragma once

#include "mimoc/ModelInfo.h"
#include "mimoc/Runtime.h"

namespace mimoc {

/// Every field of every struct is a pointer or a 64-bit scalar.
inline constexpr int64_t kFieldBytes = 8;

inline int64_t parameterBytes(const ModelInfo &info) { return info.parameterElements * byteSize(info.precision); }
inline int64_t gradientBytes(const ModelInfo &info, const PhaseInfo &phase) { return phase.gradientElements * byteSize(info.precision); }
inline int64_t stateBytes(const ModelInfo &info, const PhaseInfo &phase) { return stateElements(info, phase) * byteSize(info.precision); }
inline int64_t figureCount(const ModelInfo &info) { return int64_t(info.losses.size() + info.metrics.size()); }

/// Blocks are allocated in multiples of their alignment, as C11's aligned_alloc wants it.
inline int64_t allocationBytes(int64_t bytes) {
  return (bytes + MIMOC_BLOCK_ALIGNMENT - 1) / MIMOC_BLOCK_ALIGNMENT * MIMOC_BLOCK_ALIGNMENT;
}

/// "f32", "i64", ... as in the language.
const char *dtypeName(DType type);

} // namespace mimoc
