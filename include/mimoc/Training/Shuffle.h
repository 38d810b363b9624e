// Orders of rows that depend on a seed only.
#pragma once

#include <cstdint>
#include <vector>

namespace mimoc {

/// Separate uses draw from separate streams, so that the held-out rows do not depend on the epochs' orders.
enum class ShuffleUse : uint32_t { Epoch = 1, Split = 2 };

/// 0 .. count-1 in an order that seed, use and number alone decide: Fisher and Yates with Philox4x32-10.
std::vector<int64_t> shuffled(int64_t count, uint64_t seed, ShuffleUse use, uint64_t number);

} // namespace mimoc
