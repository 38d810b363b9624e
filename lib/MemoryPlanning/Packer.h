// Packs buffers with known lifetimes into one block of memory. Knows nothing of compilers.
#pragma once

#include <cstdint>
#include <vector>

namespace mimoc {

/// A buffer: its size in any unit, and the first and last moment at which it is in use, both included.
struct Interval {
  int64_t size = 0;
  int64_t first = 0, last = 0;
};

struct Packing {
  std::vector<int64_t> offsets; ///< one per interval, in their order
  int64_t size = 0;             ///< of the whole block
};

/// Gives each interval an offset such that no two that are in use at the same moment overlap. Largest first, each into
/// the gap that it fills best. The same intervals always get the same packing.
Packing pack(const std::vector<Interval> &intervals);

/// The most that is in use at any moment: no packing can be smaller.
int64_t peak(const std::vector<Interval> &intervals);

} // namespace mimoc
