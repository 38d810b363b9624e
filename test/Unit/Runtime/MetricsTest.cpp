// States over batches, and the figures that they give.
#include "FakeModel.h"

#include <gtest/gtest.h>

#include <cmath>

using namespace fake;

namespace {

struct Metrics {
  Call call;
  mimoc_metrics_reset_fn *reset = call.library.find<mimoc_metrics_reset_fn>("metrics_reset");
  mimoc_metrics_add_fn *add = call.library.find<mimoc_metrics_add_fn>("metrics_add");
  mimoc_metrics_add_fn *merge = call.library.find<mimoc_metrics_add_fn>("metrics_merge");
  mimoc_metrics_finalise_fn *finalise = call.library.find<mimoc_metrics_finalise_fn>("metrics_finalise");
};

} // namespace

TEST(Metrics, OverBatchesOfDifferentSize) {
  Metrics metrics;
  double total[6], figures[3];
  ASSERT_EQ(metrics.reset(&metrics.call.context, total), MIMOC_OK);
  const double first[] = {10, 4, 7, 1, 1, 4}, second[] = {2, 2, 9, 1, 2, 2};
  ASSERT_EQ(metrics.add(&metrics.call.context, total, first), MIMOC_OK);
  ASSERT_EQ(metrics.merge(&metrics.call.context, total, second), MIMOC_OK);
  ASSERT_EQ(metrics.finalise(&metrics.call.context, total, figures), MIMOC_OK);
  EXPECT_EQ(figures[0], 2);   // 12 / 6, not the mean of the means
  EXPECT_EQ(figures[1], 8);   // a penalty: the mean over batches
  EXPECT_EQ(figures[2], 0.5); // 3 / 6
}

TEST(Metrics, OverNothing) {
  Metrics metrics;
  double total[6], figures[3];
  ASSERT_EQ(metrics.reset(&metrics.call.context, total), MIMOC_OK);
  ASSERT_EQ(metrics.finalise(&metrics.call.context, total, figures), MIMOC_OK);
  EXPECT_EQ(figures[0], 0);
  EXPECT_TRUE(std::isnan(figures[2]));
}

TEST(Metrics, Refusals) {
  Metrics metrics;
  double total[6];
  EXPECT_EQ(metrics.reset(&metrics.call.context, nullptr), MIMOC_NULL_POINTER);
  EXPECT_EQ(metrics.call.message(), "fake_net_metrics_reset: total is null");
  EXPECT_EQ(metrics.merge(&metrics.call.context, total, nullptr), MIMOC_NULL_POINTER);
  EXPECT_EQ(metrics.call.message(), "fake_net_metrics_merge: other is null");
  EXPECT_EQ(metrics.finalise(&metrics.call.context, nullptr, total), MIMOC_NULL_POINTER);
  EXPECT_EQ(metrics.call.message(), "fake_net_metrics_finalise: total is null");
  EXPECT_EQ(metrics.add(nullptr, total, total), MIMOC_INVALID_CONTEXT);
}
