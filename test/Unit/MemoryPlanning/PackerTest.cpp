// The packer's promises on random intervals: nothing overlaps, and little is wasted.
#include "Packer.h"

#include <gtest/gtest.h>
#include <random>

using namespace mimoc;

static std::vector<Interval> randomIntervals(std::mt19937 &random, int count) {
  std::uniform_int_distribution<int64_t> size(1, 64), begin(0, 2 * count), length(0, count / 2);
  std::vector<Interval> intervals;
  for (int i = 0; i < count; ++i) {
    int64_t first = begin(random);
    intervals.push_back({64 * size(random), first, first + length(random)});
  }
  return intervals;
}

static bool collide(const Interval &a, int64_t offsetA, const Interval &b, int64_t offsetB) {
  bool inTime = a.first <= b.last && b.first <= a.last;
  bool inSpace = offsetA < offsetB + b.size && offsetB < offsetA + a.size;
  return inTime && inSpace;
}

TEST(Packer, BuffersInUseTogetherNeverOverlap) {
  std::mt19937 random(1);
  for (int round = 0; round < 200; ++round) {
    std::vector<Interval> intervals = randomIntervals(random, 2 + round % 80);
    Packing packing = pack(intervals);
    for (size_t i = 0; i < intervals.size(); ++i) {
      ASSERT_GE(packing.offsets[i], 0);
      ASSERT_LE(packing.offsets[i] + intervals[i].size, packing.size);
      for (size_t j = 0; j < i; ++j)
        ASSERT_FALSE(collide(intervals[i], packing.offsets[i], intervals[j], packing.offsets[j]))
            << "intervals " << i << " and " << j << " of round " << round;
    }
  }
}

TEST(Packer, StaysNearThePeak) {
  std::mt19937 random(2);
  double total = 0, best = 0;
  for (int round = 0; round < 200; ++round) {
    std::vector<Interval> intervals = randomIntervals(random, 50);
    Packing packing = pack(intervals);
    ASSERT_LE(packing.size, peak(intervals) * 3 / 2);
    total += packing.size;
    best += peak(intervals);
  }
  EXPECT_LE(total, 1.15 * best);
}

TEST(Packer, DisjointLifetimesShareSpace) {
  Packing packing = pack({{128, 0, 1}, {64, 2, 3}, {128, 4, 5}});
  EXPECT_EQ(packing.size, 128);
}

TEST(Packer, NothingNeedsNothing) {
  EXPECT_EQ(pack({}).size, 0);
  EXPECT_EQ(peak({}), 0);
}
