// First values: by seed and name, the stated distribution, the same numbers in f32 and f64.
#include "FakeModel.h"
#include "mimoc/ObjectToLibrary.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

using namespace fake;

namespace {

Block<float> initialised(uint64_t seed) {
  Call call;
  Block<float> block(FAKE_PARAMETERS);
  EXPECT_EQ(call.library.find<mimoc_init_parameters_fn>("init_parameters")(&call.context, block, seed), MIMOC_OK);
  return block;
}

} // namespace

TEST(Initialise, SameSeedSameBits) {
  Block<float> a = initialised(42), b = initialised(42), c = initialised(43);
  EXPECT_EQ(std::memcmp(a, b, FAKE_PARAMETERS * sizeof(float)), 0);
  int equal = 0;
  for (int i = 8; i < FAKE_PARAMETERS; ++i)
    equal += a[i] == c[i];
  EXPECT_LT(equal, 10);
}

TEST(Initialise, Distributions) {
  Block<float> block = initialised(7);
  for (int i = 0; i < 6; ++i) {
    EXPECT_GE(block[i], -0.25f);
    EXPECT_LE(block[i], 0.75f);
  }
  EXPECT_EQ(block[6], 0.01f);
  EXPECT_EQ(block[7], 0.01f);
  double sum = 0, square = 0, cube = 0, fourth = 0;
  for (int i = 8; i < FAKE_PARAMETERS; ++i) {
    double z = (double(block[i]) - 1) / 2;
    sum += z, square += z * z, cube += z * z * z, fourth += z * z * z * z;
  }
  // Moments of the standard normal distribution are 0, 1, 0, 3; the bounds are four standard errors.
  EXPECT_NEAR(sum / FAKE_BIG, 0, 4 * std::sqrt(1.0 / FAKE_BIG));
  EXPECT_NEAR(square / FAKE_BIG, 1, 4 * std::sqrt(2.0 / FAKE_BIG));
  EXPECT_NEAR(cube / FAKE_BIG, 0, 4 * std::sqrt(15.0 / FAKE_BIG));
  EXPECT_NEAR(fourth / FAKE_BIG, 3, 4 * std::sqrt(96.0 / FAKE_BIG));
}

TEST(Initialise, ValuesDependOnTheNameAndNotOnTheOffset) {
  mimoc::ModelInfo info = modelInfo();
  info.precision = mimoc::DType::F64;
  std::swap(info.parameters[0], info.parameters[2]);
  info.parameters[0].offset = 0;
  info.parameters[1].offset = FAKE_BIG + 6;
  info.parameters[2].offset = FAKE_BIG;
  Folder folder;
  std::string path = folder / "f64.so", object = compileObject(info);
  llvm::Error error = mimoc::writeLibrary(llvm::MemoryBufferRef(object, "f64.o"), info, path);
  ASSERT_FALSE(bool(error)) << llvm::toString(std::move(error));
  void *handle = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  ASSERT_TRUE(handle);
  auto *init = reinterpret_cast<mimoc_context_init_fn *>(dlsym(handle, mimoc::contextInitSymbol(info).c_str()));
  auto *draw = reinterpret_cast<mimoc_init_parameters_fn *>(dlsym(handle, "fake_net_init_parameters"));
  mimoc_context context;
  ASSERT_EQ(init(&context, nullptr), MIMOC_OK);
  Block<double> wide(FAKE_PARAMETERS);
  ASSERT_EQ(draw(&context, wide, 7), MIMOC_OK);

  Block<float> narrow = initialised(7);
  for (int i = 0; i < FAKE_BIG; ++i)
    ASSERT_EQ(float(wide[i]), narrow[8 + i]);
  for (int i = 0; i < 6; ++i)
    EXPECT_EQ(float(wide[FAKE_BIG + i]), narrow[i]);
  dlclose(handle);
}

TEST(Initialise, StateIsZero) {
  Call call;
  ASSERT_EQ(call.library.find<mimoc_init_state_fn>("init_state")(&call.context, call.state), MIMOC_OK);
  EXPECT_TRUE(call.state.isUntouched(0));
}
