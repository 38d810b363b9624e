#include "mimoc/Training/RocArea.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

namespace mimoc {

double areaUnderRoc(std::vector<RankedRow> rows) {
  constexpr double kNoNumber = std::numeric_limits<double>::quiet_NaN();
  if (std::any_of(rows.begin(), rows.end(), [](const RankedRow &row) { return std::isnan(row.score); }))
    return kNoNumber;
  std::sort(rows.begin(), rows.end(), [](const RankedRow &a, const RankedRow &b) { return a.score < b.score; });
  // Whole numbers throughout: pairs are counted twice so that one half is one.
  uint64_t positives = 0, negatives = 0, twice = 0;
  for (size_t first = 0, last; first < rows.size(); first = last) {
    uint64_t tied[2] = {0, 0};
    for (last = first; last < rows.size() && rows[last].score == rows[first].score; ++last)
      ++tied[rows[last].positive];
    twice += tied[1] * (2 * negatives + tied[0]);
    negatives += tied[0];
    positives += tied[1];
  }
  return positives && negatives ? double(twice) / (2.0 * double(positives) * double(negatives)) : kNoNumber;
}

} // namespace mimoc
