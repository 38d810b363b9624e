#include "TestFiles.h"
#include "mimoc/Data/Npy.h"

#include <cmath>

using namespace mimoc;
using namespace mimoc::testing;

namespace {

TEST(Convert, HalfBecomesTheSameFloat) {
  Array half = llvm::cantFail(readNpy(input("f2.npy")));
  Array wide = llvm::cantFail(convert(half, Element::F32));
  auto values = valuesOf<float>(wide);
  EXPECT_EQ(values, (std::vector<float>{0.5f, -1.25f, 65504, INFINITY, -0.0f, 5.9604645e-08f}));
  EXPECT_TRUE(std::signbit(values[4]));
  EXPECT_EQ(wide.shape, half.shape);
}

TEST(Convert, BfloatBecomesTheSameFloat) {
  Array array = arrayOf<uint16_t>(Element::BF16, {2}, {0x3fc0, 0xff80});
  EXPECT_EQ(valuesOf<float>(llvm::cantFail(convert(array, Element::F32))), (std::vector<float>{1.5f, -INFINITY}));
}

TEST(Convert, WholeNumbersThatFit) {
  Array bytes = arrayOf<uint8_t>(Element::U8, {3}, {0, 200, 255});
  EXPECT_EQ(valuesOf<int64_t>(llvm::cantFail(convert(bytes, Element::I64))), (std::vector<int64_t>{0, 200, 255}));
  EXPECT_EQ(valuesOf<float>(llvm::cantFail(convert(bytes, Element::F32))), (std::vector<float>{0, 200, 255}));
  Array flags = arrayOf<int32_t>(Element::I32, {2}, {1, 0});
  EXPECT_EQ(valuesOf<uint8_t>(llvm::cantFail(convert(flags, Element::Bool))), (std::vector<uint8_t>{1, 0}));
}

TEST(Convert, DoubleIsRoundedToFloat) {
  Array array = arrayOf<double>(Element::F64, {2}, {0.1, INFINITY});
  EXPECT_EQ(valuesOf<float>(llvm::cantFail(convert(array, Element::F32))), (std::vector<float>{0.1f, INFINITY}));
}

TEST(Convert, RefusesWhatDoesNotFit) {
  Array large = arrayOf<int64_t>(Element::I64, {2, 2}, {1, 2, int64_t(1) << 31, 4});
  EXPECT_EQ(refusal(convert(large, Element::I32)), "the value 2147483648 at [1, 0] does not fit int32");
  EXPECT_EQ(refusal(convert(large, Element::F32)), "the value 2147483648 at [1, 0] does not fit float32");
  EXPECT_EQ(refusal(convert(large, Element::Bool)), "the value 2 at [0, 1] does not fit bool");
  Array huge = arrayOf<uint64_t>(Element::U64, {1}, {UINT64_MAX});
  EXPECT_EQ(refusal(convert(huge, Element::I64)), "the value 18446744073709551615 at [0] does not fit int64");
  EXPECT_EQ(refusal(convert(huge, Element::F64)), "the value 18446744073709551615 at [0] does not fit float64");
  Array lowest = arrayOf<int64_t>(Element::I64, {1}, {INT64_MIN});
  EXPECT_CONTAINS(refusal(convert(lowest, Element::F32)), "does not fit float32");
  Array beyond = arrayOf<double>(Element::F64, {2}, {3.4028234e38, -3.5e38});
  EXPECT_EQ(refusal(convert(beyond, Element::F32)), "the value -3.5e+38 at [1] does not fit float32");
}

TEST(Convert, ValuesAreAligned) {
  Array bytes = arrayOf<uint8_t>(Element::U8, {9}, {0, 0, 0, 0, 0, 0, 0x80, 0x3f, 0});
  Array odd{Element::F32, {1}, std::shared_ptr<const char>(bytes.data, bytes.data.get() + 4 + 1)};
  Array aligned = llvm::cantFail(convert(odd, Element::F32));
  EXPECT_EQ(reinterpret_cast<uintptr_t>(aligned.data.get()) % 64, 0u);
  EXPECT_EQ(aligned.raw(), odd.raw());
  EXPECT_EQ(llvm::cantFail(convert(aligned, Element::F32)).data, aligned.data) << "no copy where none is needed";
}

TEST(Convert, BooleansAreZeroOrOne) {
  Array damaged = arrayOf<uint8_t>(Element::Bool, {2}, {1, 2});
  EXPECT_EQ(refusal(convert(damaged, Element::Bool)), "the value 2 at [1] does not fit bool");
}

TEST(Convert, FloatsAreNoIds) {
  Array array = arrayOf<double>(Element::F64, {1}, {3.0});
  EXPECT_CONTAINS(refusal(convert(array, Element::I64)), "save them with .astype('int64')");
}

} // namespace
