#include "mimoc/Training/Shuffle.h"

#include <array>
#include <cstddef>
#include <numeric>
#include <utility>

namespace mimoc {

namespace {

// Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
std::array<uint32_t, 4> philox(std::array<uint32_t, 4> counter, uint64_t seed) {
  uint32_t key0 = uint32_t(seed), key1 = uint32_t(seed >> 32);
  for (int round = 0; round < 10; ++round) {
    uint64_t product0 = uint64_t(0xD2511F53) * counter[0], product1 = uint64_t(0xCD9E8D57) * counter[2];
    counter = {uint32_t(product1 >> 32) ^ counter[1] ^ key0, uint32_t(product1),
               uint32_t(product0 >> 32) ^ counter[3] ^ key1, uint32_t(product0)};
    key0 += 0x9E3779B9;
    key1 += 0xBB67AE85;
  }
  return counter;
}

class Stream {
public:
  Stream(uint64_t seed, ShuffleUse use, uint64_t number) : seed(seed), number(number), use(uint32_t(use)) {}

  // Uniform in [0, bound): the product's upper half, without the few values that would favour some results (Lemire
  // 2019).
  uint64_t below(uint64_t bound) {
    uint64_t unfair = (0 - bound) % bound;
    for (;;) {
      unsigned __int128 product = static_cast<unsigned __int128>(next()) * bound;
      if (uint64_t(product) >= unfair)
        return uint64_t(product >> 64);
    }
  }

private:
  uint64_t next() {
    if (used == 2) {
      // 2^33 values from 32 bits of counter; more rows than that do not fit a machine's memory.
      words = philox({block++, uint32_t(number), uint32_t(number >> 32), use}, seed);
      used = 0;
    }
    uint64_t value = words[2 * used] | uint64_t(words[2 * used + 1]) << 32;
    ++used;
    return value;
  }

  uint64_t seed, number;
  uint32_t use, block = 0;
  unsigned used = 2;
  std::array<uint32_t, 4> words{};
};

} // namespace

std::vector<int64_t> shuffled(int64_t count, uint64_t seed, ShuffleUse use, uint64_t number) {
  std::vector<int64_t> order(static_cast<std::size_t>(count));
  std::iota(order.begin(), order.end(), int64_t(0));
  Stream stream(seed, use, number);
  for (std::size_t i = order.size(); i > 1; --i)
    std::swap(order[i - 1], order[stream.below(i)]);
  return order;
}

} // namespace mimoc
