#include "TestFiles.h"
#include "mimoc/Data/Npy.h"

#include <cmath>
#include <limits>

using namespace mimoc;
using namespace mimoc::testing;

namespace {

Array load(const std::string &name) { return llvm::cantFail(readNpy(input(name + ".npy"))); }

template <typename T> void expectValues(const std::string &name, Element type, std::vector<T> expected) {
  Array array = load(name);
  EXPECT_EQ(array.type, type) << name;
  EXPECT_EQ(valuesOf<T>(array), expected) << name;
}

TEST(Npy, ReadsEveryElementType) {
  double inf = std::numeric_limits<double>::infinity();
  expectValues<double>("f8", Element::F64, {0.5, -1.25, 3e300, inf, -0.0, 1e-310});
  expectValues<float>("f4", Element::F32, {0.5f, -1.25f, 3e30f, float(inf), -0.0f, 1e-40f});
  expectValues<int64_t>("i8", Element::I64, {INT64_MIN, INT64_MAX, 7});
  expectValues<int32_t>("i4", Element::I32, {INT32_MIN, INT32_MAX, 7});
  expectValues<int16_t>("i2", Element::I16, {INT16_MIN, INT16_MAX, 7});
  expectValues<int8_t>("i1", Element::I8, {-128, 127, 7});
  expectValues<uint64_t>("u8", Element::U64, {0, UINT64_MAX, 7});
  expectValues<uint8_t>("u1", Element::U8, {0, 255, 7});
  expectValues<uint8_t>("b1", Element::Bool, {1, 0, 1});
}

TEST(Npy, ReadsShapes) {
  EXPECT_EQ(load("scalar").shape, std::vector<int64_t>{});
  EXPECT_EQ(load("empty").shape, (std::vector<int64_t>{0, 4}));
  EXPECT_EQ(load("cube").shape, (std::vector<int64_t>{2, 3, 4}));
}

TEST(Npy, TransposesFortranOrder) {
  EXPECT_EQ(valuesOf<int32_t>(load("fortran")), valuesOf<int32_t>(load("cube")));
  EXPECT_EQ(load("fortran").shape, load("cube").shape);
}

TEST(Npy, ReadsAllVersions) {
  EXPECT_EQ(valuesOf<int32_t>(load("version2")), valuesOf<int32_t>(load("vector")));
  EXPECT_EQ(valuesOf<int32_t>(load("version3")), valuesOf<int32_t>(load("vector")));
}

TEST(Npy, WritesWhatNumpyWrites) {
  for (const char *name : {"f8", "f4", "i8", "i4", "i2", "i1", "u8", "u1", "b1", "scalar", "empty", "vector", "cube"}) {
    Array array = load(name);
    EXPECT_EQ(npyHeader(array) + array.raw().str(), bytesOf(input(std::string(name) + ".npy"))) << name;
  }
}

TEST(Npy, RefusesWithAReason) {
  EXPECT_CONTAINS(refusal(readNpy(input("big_endian.npy"))), "big_endian.npy: is big-endian ('>i4'); save it with");
  EXPECT_CONTAINS(refusal(readNpy(input("objects.npy"))), "that would run code");
  EXPECT_CONTAINS(refusal(readNpy(input("records.npy"))), "one array per field");
  EXPECT_CONTAINS(refusal(readNpy(input("stored.npz"))), "is not a .npy file");
  EXPECT_CONTAINS(refusal(readNpy(input("missing.npy"))), "No such file");
  EXPECT_CONTAINS(refusal(readNpy(input(""))), "is a folder, not a file");
  EXPECT_CONTAINS(refusal(readNpy("/dev/zero")), "is a device or pipe, not a file");
}

std::string withHeader(const std::string &dictionary, size_t dataBytes) {
  std::string file("\x93NUMPY\x01\x00", 8);
  file += char(dictionary.size());
  file += char(dictionary.size() >> 8);
  return file + dictionary + std::string(dataBytes, '\1');
}

TEST(Npy, ChecksSizesWithoutOverflow) {
  auto parse = [](const std::string &shape, size_t bytes) {
    return parseNpy(inMemory(withHeader("{'descr': '<f4', 'fortran_order': False, 'shape': " + shape + "}", bytes)));
  };
  EXPECT_TRUE(bool(parse("(3,)", 12)));
  EXPECT_CONTAINS(refusal(parse("(3,)", 11)), "takes 12 bytes and 11 are there");
  EXPECT_CONTAINS(refusal(parse("(3,)", 13)), "takes 12 bytes and 13 are there");
  EXPECT_CONTAINS(refusal(parse("(4294967296, 4294967296)", 0)), "too large for any memory");
  EXPECT_CONTAINS(refusal(parse("(0, 4611686018427387904, 4611686018427387904)", 0)), "too large for any memory");
  EXPECT_CONTAINS(refusal(parse("(99999999999999999999,)", 0)), "'shape' of its header cannot be read");
  EXPECT_CONTAINS(refusal(parse("(-1,)", 0)), "'shape' of its header cannot be read");
  EXPECT_CONTAINS(refusal(parse("(3)", 12)), "'shape' of its header cannot be read");
}

TEST(Npy, RefusesStrangeHeaders) {
  auto parse = [](const std::string &dictionary) { return parseNpy(inMemory(withHeader(dictionary, 4))); };
  EXPECT_CONTAINS(refusal(parse("{'descr': '<f4', 'fortran_order': False}")), "needs descr, fortran_order and shape");
  EXPECT_CONTAINS(refusal(parse("{'descr': '<f4', 'descr': '<f4'}")), "repeated key 'descr'");
  EXPECT_CONTAINS(refusal(parse("{'descr': '<f4', 'fortran_order': False, 'shape': (1,), 'x': 1}")), "key 'x'");
  EXPECT_CONTAINS(refusal(parse("{'descr': '<f4', 'fortran_order': False, 'shape': (1,)} 7")), "nothing else");
  EXPECT_CONTAINS(refusal(parse("[1]")), "is damaged");
  EXPECT_CONTAINS(refusal(parse("")), "is damaged");
  EXPECT_CONTAINS(refusal(parse("{'descr': '<c8', 'fortran_order': False, 'shape': (1,)}")), "element type '<c8'");
  EXPECT_CONTAINS(refusal(parse("{'descr': '<<f4', 'fortran_order': False, 'shape': (1,)}")), "element type '<<f4'");
}

} // namespace
