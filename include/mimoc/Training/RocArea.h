// The area under a ROC curve. It depends on the order of all rows, so no sums over batches make it.
#pragma once

#include <vector>

namespace mimoc {

/// A row as a ranking sees it.
struct RankedRow {
  double score = 0;
  bool positive = false;
};

/// The share of pairs of a positive and a negative row in which the positive one has the higher score, where equal scores count
/// one half (Mann and Whitney's statistic). Exact; no number where there is no such pair or a score is none.
double areaUnderRoc(std::vector<RankedRow> rows);

} // namespace mimoc
