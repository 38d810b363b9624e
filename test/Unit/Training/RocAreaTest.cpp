#include "mimoc/Training/RocArea.h"

#include <cmath>
#include <gtest/gtest.h>
#include <limits>

using namespace mimoc;

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity(), kNaN = std::numeric_limits<double>::quiet_NaN();

/// By definition, pair by pair.
double pairByPair(const std::vector<RankedRow> &rows) {
  double won = 0, pairs = 0;
  for (const RankedRow &a : rows)
    for (const RankedRow &b : rows)
      if (a.positive && !b.positive)
        won += a.score > b.score ? 1 : a.score == b.score ? 0.5 : 0, ++pairs;
  return won / pairs;
}

TEST(RocArea, OrderDecides) {
  EXPECT_EQ(areaUnderRoc({{0.1, false}, {0.4, false}, {0.35, true}, {0.8, true}}), 0.75); // the example of scikit-learn's roc_auc_score
  EXPECT_EQ(areaUnderRoc({{-2, false}, {5, true}}), 1);
  EXPECT_EQ(areaUnderRoc({{-2, true}, {5, false}}), 0);
  EXPECT_EQ(areaUnderRoc({{-kInfinity, false}, {kInfinity, true}, {0, false}}), 1);
}

TEST(RocArea, EqualScoresCountOneHalf) {
  EXPECT_EQ(areaUnderRoc({{1, true}, {1, false}, {1, false}}), 0.5);
  EXPECT_EQ(areaUnderRoc({{0.0, true}, {-0.0, false}}), 0.5);
  EXPECT_EQ(areaUnderRoc({{1, true}, {1, false}, {0, false}}), 0.75);
}

TEST(RocArea, AsPairByPair) {
  uint32_t state = 1;
  auto next = [&] { return (state = state * 1664525u + 1013904223u) >> 24; };
  for (size_t count : {2, 3, 10, 100}) {
    std::vector<RankedRow> rows = {{3, true}, {3, false}};
    while (rows.size() < count)
      rows.push_back({double(next() % 8), next() % 3 == 0});
    EXPECT_DOUBLE_EQ(areaUnderRoc(rows), pairByPair(rows)) << count;
  }
}

TEST(RocArea, NoPairsNoNumber) {
  EXPECT_TRUE(std::isnan(areaUnderRoc({})));
  EXPECT_TRUE(std::isnan(areaUnderRoc({{1, true}, {2, true}})));
  EXPECT_TRUE(std::isnan(areaUnderRoc({{1, false}})));
  EXPECT_TRUE(std::isnan(areaUnderRoc({{1, false}, {kNaN, true}, {0, true}})));
}

} // namespace
