// Operands of the kernels under test.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <vector>

namespace mimoc::test {

/// `count` values in [-1, 1), the same for the same seed.
template <typename T> std::vector<T> random(int64_t count, unsigned seed) {
  std::mt19937 generator(seed);
  std::uniform_real_distribution<double> values(-1, 1);
  std::vector<T> result(count);
  for (T &value : result)
    value = static_cast<T>(values(generator));
  return result;
}

/// The rounding that a sum of `terms` products of values in [-1, 1) may have gathered.
template <typename T> double tolerance(int64_t terms) {
  return 4 * std::numeric_limits<T>::epsilon() * static_cast<double>(terms + 1);
}

} // namespace mimoc::test
