// States over batches, and the figures that they give.
#include "FakeModel.h"
#include "mimoc/ObjectToLibrary.h"

#include <gtest/gtest.h>

#include <cmath>
#include <dlfcn.h>

using namespace fake;

namespace {

struct Metrics {
  Call call;
  mimoc_metrics_reset_fn *reset = call.library.find<mimoc_metrics_reset_fn>("metrics_reset");
  mimoc_metrics_add_fn *add = call.library.find<mimoc_metrics_add_fn>("metrics_add");
  mimoc_metrics_add_fn *merge = call.library.find<mimoc_metrics_add_fn>("metrics_merge");
  mimoc_metrics_finalise_fn *finalise = call.library.find<mimoc_metrics_finalise_fn>("metrics_finalise");
};

/// The figure that a rule makes of these totals, in a model whose only metric has them.
double figureOf(const std::string &rule, const std::vector<mimoc::StateInfo> &state, const std::vector<double> &totals) {
  Folder folder;
  mimoc::ModelInfo info = modelInfo();
  info.metrics = {{"figure", "metric", rule, state}};
  std::string object = compileObject(info);
  llvm::Error error = mimoc::writeLibrary(llvm::MemoryBufferRef(object, "rule.o"), info, folder / "rule.so");
  EXPECT_FALSE(bool(error)) << llvm::toString(std::move(error));
  void *handle = dlopen((folder / "rule.so").c_str(), RTLD_NOW | RTLD_LOCAL);
  EXPECT_TRUE(handle) << dlerror();
  mimoc_context context;
  EXPECT_EQ(reinterpret_cast<mimoc_context_init_fn *>(dlsym(handle, contextInitSymbol(info).c_str()))(&context, nullptr), MIMOC_OK);
  std::vector<double> total = {0, 0, 0, 0}; // of the losses
  total.insert(total.end(), totals.begin(), totals.end());
  double figures[3];
  EXPECT_EQ(reinterpret_cast<mimoc_metrics_finalise_fn *>(dlsym(handle, "fake_net_metrics_finalise"))(&context, total.data(), figures), MIMOC_OK);
  dlclose(handle);
  return figures[2];
}

const std::vector<mimoc::StateInfo> kOneClass = {{"hits", {}}, {"predicted", {}}, {"actual", {}}};
const std::vector<mimoc::StateInfo> kThreeClasses = {{"hits", {3}}, {"predicted", {3}}, {"actual", {3}}};
const std::vector<mimoc::StateInfo> kTwoOutputs = {{"weight", {2}}, {"sum", {2}}, {"squares", {2}}, {"residuals", {2}}};

} // namespace

TEST(Metrics, RulesOfClasses) {
  EXPECT_EQ(figureOf("precision", kOneClass, {3, 4, 8}), 0.75);
  EXPECT_EQ(figureOf("recall", kOneClass, {3, 4, 8}), 0.375);
  EXPECT_EQ(figureOf("f1", kOneClass, {3, 4, 8}), 0.5);
  EXPECT_TRUE(std::isnan(figureOf("precision", kOneClass, {0, 0, 8})));
  // The second class is never predicted and counts as 0; the third is not there at all.
  EXPECT_EQ(figureOf("mean_precision", kThreeClasses, {3, 0, 0, 4, 0, 0, 8, 2, 0}), 0.375);
  EXPECT_EQ(figureOf("mean_recall", kThreeClasses, {3, 0, 0, 4, 0, 0, 8, 2, 0}), 0.1875);
  EXPECT_EQ(figureOf("mean_f1", kThreeClasses, {3, 0, 0, 4, 0, 0, 8, 2, 0}), 0.25);
  EXPECT_TRUE(std::isnan(figureOf("mean_f1", kThreeClasses, std::vector<double>(9, 0))));
  EXPECT_EQ(figureOf("diagonal", {{"counts", {3, 3}}}, {2, 1, 0, 1, 1, 0, 1, 1, 1}), 0.5);
  EXPECT_TRUE(std::isnan(figureOf("diagonal", {{"counts", {3, 3}}}, std::vector<double>(9, 0))));
}

TEST(Metrics, RulesOfNumbers) {
  EXPECT_EQ(figureOf("root", {{"sum", {}}, {"divisor", {}}}, {18, 2}), 3);
  EXPECT_TRUE(std::isnan(figureOf("root", {{"sum", {}}, {"divisor", {}}}, {0, 0})));
  // Targets 1 and 3, and 0 and 4, with squared residuals of 1 and 2 in sum.
  EXPECT_EQ(figureOf("determination", kTwoOutputs, {2, 2, 4, 4, 10, 16, 1, 2}), (1 - 1 / 2.0 + 1 - 2 / 8.0) / 2);
  EXPECT_TRUE(std::isnan(figureOf("determination", kTwoOutputs, {2, 2, 4, 4, 8, 16, 1, 2})));  // the first does not vary
  EXPECT_TRUE(std::isnan(figureOf("determination", kTwoOutputs, {0, 2, 0, 4, 0, 16, 0, 2}))); // nor is there any
}

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
