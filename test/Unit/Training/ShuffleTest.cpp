#include "mimoc/Training/Shuffle.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <numeric>

using namespace mimoc;

namespace {

std::vector<int64_t> inOrder(int64_t count) {
  std::vector<int64_t> order(static_cast<size_t>(count));
  std::iota(order.begin(), order.end(), 0);
  return order;
}

TEST(Shuffle, IsAPermutation) {
  for (int64_t count : {0, 1, 2, 7, 1000}) {
    auto order = shuffled(count, 5, ShuffleUse::Epoch, 3);
    std::sort(order.begin(), order.end());
    EXPECT_EQ(order, inOrder(count));
  }
}

TEST(Shuffle, SeedUseAndNumberDecide) {
  auto order = shuffled(100, 5, ShuffleUse::Epoch, 3);
  EXPECT_EQ(order, shuffled(100, 5, ShuffleUse::Epoch, 3));
  EXPECT_NE(order, shuffled(100, 6, ShuffleUse::Epoch, 3));
  EXPECT_NE(order, shuffled(100, 5 + (uint64_t(1) << 40), ShuffleUse::Epoch, 3));
  EXPECT_NE(order, shuffled(100, 5, ShuffleUse::Split, 3));
  EXPECT_NE(order, shuffled(100, 5, ShuffleUse::Epoch, 4));
}

// A change of these orders would change every run that is resumed by a newer version.
TEST(Shuffle, OrderIsPartOfTheFormat) {
  EXPECT_EQ(shuffled(10, 42, ShuffleUse::Epoch, 0), (std::vector<int64_t>{1, 6, 9, 8, 0, 3, 4, 2, 7, 5}));
}

TEST(Shuffle, EveryPlaceIsAsLikely) {
  constexpr int count = 5, draws = 20000;
  int seen[count][count] = {};
  for (int number = 0; number < draws; ++number) {
    auto order = shuffled(count, 1, ShuffleUse::Epoch, uint64_t(number));
    for (int place = 0; place < count; ++place)
      ++seen[order[size_t(place)]][place];
  }
  for (auto &places : seen)
    for (int times : places)
      EXPECT_NEAR(times, draws / count, 5 * 57); // five standard deviations
}

} // namespace
