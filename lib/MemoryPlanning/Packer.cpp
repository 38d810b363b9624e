#include "Packer.h"

#include <algorithm>
#include <limits>
#include <numeric>

namespace mimoc {

static bool inUseTogether(const Interval &a, const Interval &b) { return a.first <= b.last && b.first <= a.last; }

namespace {
/// A stretch of the block that is taken while the buffer at hand is in use.
struct Taken {
  int64_t begin, end;
};
} // namespace

/// The begin of the smallest gap of at least `size` between what is taken, or the end of it all.
static int64_t bestGap(std::vector<Taken> taken, int64_t size) {
  std::sort(taken.begin(), taken.end(), [](const Taken &a, const Taken &b) { return a.begin < b.begin; });
  int64_t best = -1, bestSize = std::numeric_limits<int64_t>::max(), end = 0;
  for (const Taken &stretch : taken) {
    int64_t gap = stretch.begin - end;
    if (gap >= size && gap < bestSize) {
      best = end;
      bestSize = gap;
    }
    end = std::max(end, stretch.end);
  }
  return best >= 0 ? best : end;
}

Packing pack(const std::vector<Interval> &intervals) {
  std::vector<size_t> order(intervals.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    return intervals[a].size != intervals[b].size ? intervals[a].size > intervals[b].size : a < b;
  });
  Packing packing;
  packing.offsets.assign(intervals.size(), 0);
  std::vector<size_t> placed;
  for (size_t index : order) {
    std::vector<Taken> taken;
    for (size_t other : placed)
      if (inUseTogether(intervals[index], intervals[other]))
        taken.push_back({packing.offsets[other], packing.offsets[other] + intervals[other].size});
    packing.offsets[index] = bestGap(std::move(taken), intervals[index].size);
    packing.size = std::max(packing.size, packing.offsets[index] + intervals[index].size);
    placed.push_back(index);
  }
  return packing;
}

int64_t peak(const std::vector<Interval> &intervals) {
  int64_t most = 0;
  // What is in use grows only where an interval begins.
  for (const Interval &moment : intervals) {
    int64_t used = 0;
    for (const Interval &other : intervals)
      if (other.first <= moment.first && moment.first <= other.last)
        used += other.size;
    most = std::max(most, used);
  }
  return most;
}

} // namespace mimoc
