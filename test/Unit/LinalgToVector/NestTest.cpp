#include "KernelRunner.h"
#include "Operands.h"

#include <gtest/gtest.h>

#include <numeric>

using namespace mimoc::test;

namespace {

std::string generic(const std::string &maps, const std::string &iterators, const std::string &operands,
                    const std::string &body) {
  return "linalg.generic {indexing_maps = [" + maps + "], iterator_types = [" + iterators + "]} " + operands + " {\n" +
         body + "}";
}

const std::string kRow = "affine_map<(i,j)->(i,j)>", kBias = "affine_map<(i,j)->(j)>", kColumn = "affine_map<(i,j)->(i)>",
                  kTransposed = "affine_map<(i,j)->(j,i)>", kAll = "affine_map<(i,j)->()>";
const std::string kParallel = "\"parallel\", \"parallel\"", kRows = "\"parallel\", \"reduction\"",
                  kColumns = "\"reduction\", \"parallel\"", kWhole = "\"reduction\", \"reduction\"";
const int64_t kSizes[] = {1, 2, 7, 8, 10, 16, 17, 31, 64, 100};

class NestTest : public testing::TestWithParam<unsigned> {
protected:
  mimoc::Target target = hostTarget(GetParam());
};

std::string matrix(int64_t columns, const std::string &element = "f32") {
  return "memref<?x" + std::to_string(columns) + "x" + element + ">";
}

std::string row(int64_t columns, const std::string &element = "f32") {
  return "memref<" + std::to_string(columns) + "x" + element + ">";
}

TEST_P(NestTest, BroadcastAndActivation) {
  for (int64_t n : kSizes) {
    Kernel kernel(moduleOf({matrix(n), row(n), matrix(n)},
                           generic(kRow + "," + kBias + "," + kRow, kParallel,
                                   "ins(%a0, %a1 : " + matrix(n) + ", " + row(n) + ") outs(%a2 : " + matrix(n) + ")",
                                   "^bb0(%x: f32, %b: f32, %o: f32):\n %z = arith.constant 0.0 : f32\n"
                                   "%s = arith.addf %x, %b : f32\n %r = arith.maximumf %s, %z : f32\n"
                                   "linalg.yield %r : f32\n")),
                  target);
    for (int64_t batch : {1, 2, 5, 16, 19}) {
      std::vector<float> x = random<float>(batch * n, 1), b = random<float>(n, 2), out(batch * n + 16, 42.0f);
      kernel({x.data(), b.data(), out.data()}, batch);
      for (int64_t i = 0; i < batch * n; ++i)
        ASSERT_EQ(out[i], std::max(0.0f, x[i] + b[i % n])) << "n " << n << " batch " << batch;
      for (int64_t i = batch * n; i < batch * n + 16; ++i)
        ASSERT_EQ(out[i], 42.0f) << "wrote behind the end, n " << n << " batch " << batch;
    }
  }
}

/// A column of a matrix and a transposed matrix as operands: strides other than 0 and 1.
TEST_P(NestTest, StridedOperands) {
  for (int64_t n : kSizes) {
    std::string wide = matrix(n + 3), part = "memref<?x" + std::to_string(n) + "xf32, strided<[" + std::to_string(n + 3) +
                                             ", 1], offset: 2>>";
    std::string transposed = "memref<" + std::to_string(n) + "x?xf32>";
    Kernel kernel(moduleOf({wide, transposed, matrix(n)},
                           "%p = memref.subview %a0[0, 2] [%batch, " + std::to_string(n) + "] [1, 1] : " + wide + " to " +
                               part + "\n" +
                               generic(kRow + "," + kTransposed + "," + kRow, kParallel,
                                       "ins(%p, %a1 : " + part + ", " + transposed + ") outs(%a2 : " + matrix(n) + ")",
                                       "^bb0(%x: f32, %b: f32, %o: f32):\n %s = arith.subf %x, %b : f32\n"
                                       "linalg.yield %s : f32\n")),
                  target);
    for (int64_t batch : {1, 3, 16, 21}) {
      std::vector<float> x = random<float>(batch * (n + 3), 1), b = random<float>(n * batch, 2), out(batch * n);
      kernel({x.data(), b.data(), out.data()}, batch);
      for (int64_t i = 0; i < batch; ++i)
        for (int64_t j = 0; j < n; ++j)
          ASSERT_EQ(out[i * n + j], x[i * (n + 3) + 2 + j] - b[j * batch + i]) << "n " << n << " batch " << batch;
    }
  }
}

TEST_P(NestTest, StoresIntoAColumnSlice) {
  std::string wide = matrix(11), part = "memref<?x4xf32, strided<[11, 1], offset: 5>>";
  Kernel kernel(moduleOf({matrix(4), wide}, "%p = memref.subview %a1[0, 5] [%batch, 4] [1, 1] : " + wide + " to " + part +
                                                "\nlinalg.copy ins(%a0 : " + matrix(4) + ") outs(%p : " + part + ")"),
                target);
  std::vector<float> in = random<float>(9 * 4, 1), out(9 * 11, 42.0f);
  kernel({in.data(), out.data()}, 9);
  for (int64_t i = 0; i < 9; ++i)
    for (int64_t j = 0; j < 11; ++j)
      ASSERT_EQ(out[i * 11 + j], j >= 5 && j < 9 ? in[i * 4 + j - 5] : 42.0f);
}

/// Booleans are bytes in memory and bits in the body; a mask of another width than the data it selects.
TEST_P(NestTest, BooleanBytes) {
  for (int64_t n : kSizes) {
    Kernel kernel(
        moduleOf({matrix(n), matrix(n, "i8"), matrix(n), matrix(n, "i8")},
                 generic(kRow + "," + kRow + "," + kRow + "," + kRow, kParallel,
                         "ins(%a0, %a1 : " + matrix(n) + ", " + matrix(n, "i8") + ") outs(%a2, %a3 : " + matrix(n) + ", " +
                             matrix(n, "i8") + ")",
                         "^bb0(%x: f32, %m: i8, %o: f32, %q: i8):\n %b = arith.trunci %m : i8 to i1\n"
                         "%z = arith.constant 0.0 : f32\n %s = arith.select %b, %x, %z : f32\n"
                         "%c = arith.cmpf ogt, %s, %z : f32\n %n = arith.andi %c, %b : i1\n"
                         "%e = arith.extui %n : i1 to i8\n linalg.yield %s, %e : f32, i8\n")),
        target);
    int64_t batch = 5;
    std::vector<float> x = random<float>(batch * n, 1), out(batch * n);
    std::vector<uint8_t> mask(batch * n), positive(batch * n, 7);
    for (size_t i = 0; i < mask.size(); ++i)
      mask[i] = i % 3 != 0;
    kernel({x.data(), mask.data(), out.data(), positive.data()}, batch);
    for (size_t i = 0; i < mask.size(); ++i) {
      ASSERT_EQ(out[i], mask[i] ? x[i] : 0.0f);
      ASSERT_EQ(positive[i], mask[i] && x[i] > 0 ? 1 : 0) << "n " << n << " at " << i;
    }
  }
}

/// One-hot: linalg.index against integers of another width.
TEST_P(NestTest, LoopIndices) {
  for (int64_t n : kSizes) {
    std::string labels = "memref<?xi64>";
    Kernel kernel(moduleOf({labels, matrix(n)},
                           generic(kColumn + "," + kRow, kParallel,
                                   "ins(%a0 : " + labels + ") outs(%a1 : " + matrix(n) + ")",
                                   "^bb0(%l: i64, %o: f32):\n %j = linalg.index 1 : index\n"
                                   "%k = arith.index_cast %j : index to i64\n %c = arith.cmpi eq, %k, %l : i64\n"
                                   "%f = arith.uitofp %c : i1 to f32\n linalg.yield %f : f32\n")),
                  target);
    std::vector<int64_t> label{0, n - 1, n / 2, -1};
    std::vector<float> out(4 * n, 42.0f);
    kernel({label.data(), out.data()}, 4);
    for (int64_t i = 0; i < 4; ++i)
      for (int64_t j = 0; j < n; ++j)
        ASSERT_EQ(out[i * n + j], j == label[i] ? 1.0f : 0.0f);
  }
}

const std::string kSum = "^bb0(%x: f32, %s: f32):\n %r = arith.addf %x, %s : f32\n linalg.yield %r : f32\n";
const std::string kMax = "^bb0(%x: f32, %s: f32):\n %r = arith.maximumf %s, %x : f32\n linalg.yield %r : f32\n";

TEST_P(NestTest, RowSumsAndMaxima) {
  for (int64_t n : kSizes) {
    std::string operands = "ins(%a0 : " + matrix(n) + ") outs(%a1 : memref<?xf32>)";
    Kernel sum(moduleOf({matrix(n), "memref<?xf32>"}, generic(kRow + "," + kColumn, kRows, operands, kSum)), target);
    Kernel max(moduleOf({matrix(n), "memref<?xf32>"}, generic(kRow + "," + kColumn, kRows, operands, kMax)), target);
    for (int64_t batch : {1, 4, 17}) {
      std::vector<float> x = random<float>(batch * n, 1), sums = random<float>(batch, 2), before = sums, maxima(batch, -9.0f);
      sum({x.data(), sums.data()}, batch);
      max({x.data(), maxima.data()}, batch);
      for (int64_t i = 0; i < batch; ++i) {
        auto begin = x.begin() + i * n, end = begin + n;
        ASSERT_NEAR(sums[i], std::accumulate(begin, end, double(before[i])), tolerance<float>(n)) << "n " << n;
        ASSERT_EQ(maxima[i], *std::max_element(begin, end));
      }
    }
  }
}

TEST_P(NestTest, ColumnSumsAndTotals) {
  for (int64_t n : kSizes) {
    Kernel columns(moduleOf({matrix(n), row(n)}, generic(kRow + "," + kBias, kColumns,
                                                         "ins(%a0 : " + matrix(n) + ") outs(%a1 : " + row(n) + ")", kSum)),
                   target);
    Kernel whole(moduleOf({matrix(n), "memref<f32>"},
                          generic(kRow + "," + kAll, kWhole, "ins(%a0 : " + matrix(n) + ") outs(%a1 : memref<f32>)", kSum)),
                 target);
    for (int64_t batch : {1, 6, 33}) {
      std::vector<float> x = random<float>(batch * n, 1), sums(n, 0.5f);
      float total = 2;
      columns({x.data(), sums.data()}, batch);
      whole({x.data(), &total}, batch);
      ASSERT_NEAR(total, std::accumulate(x.begin(), x.end(), 2.0), tolerance<float>(batch * n)) << "n " << n;
      for (int64_t j = 0; j < n; ++j) {
        double expected = 0.5;
        for (int64_t i = 0; i < batch; ++i)
          expected += x[i * n + j];
        ASSERT_NEAR(sums[j], expected, tolerance<float>(batch)) << "n " << n << " batch " << batch;
      }
    }
  }
}

/// What else is in the body of a reduction, here integers twice as wide as the data, does not change the order of sums.
TEST_P(NestTest, FusionKeepsBits) {
  const std::string fused = "^bb0(%x: f32, %s: f32):\n %j = linalg.index 1 : index\n"
                            "%k = arith.index_cast %j : index to i64\n %m = arith.constant -1 : i64\n"
                            "%c = arith.cmpi sgt, %k, %m : i64\n %z = arith.constant 0.0 : f32\n"
                            "%y = arith.select %c, %x, %z : f32\n %r = arith.addf %y, %s : f32\n linalg.yield %r : f32\n";
  for (int64_t n : {3, 16, 20, 33, 47, 100})
    for (bool whole : {false, true}) {
      std::string out = whole ? "memref<f32>" : "memref<?xf32>", operands = "ins(%a0 : " + matrix(n) + ") outs(%a1 : " + out + ")";
      std::string maps = kRow + "," + (whole ? kAll : kColumn), kinds = whole ? kWhole : kRows;
      Kernel plain(moduleOf({matrix(n), out}, generic(maps, kinds, operands, kSum)), target);
      Kernel rich(moduleOf({matrix(n), out}, generic(maps, kinds, operands, fused)), target);
      std::vector<float> x = random<float>(9 * n, 1), a(9), b(9);
      plain({x.data(), a.data()}, 9);
      rich({x.data(), b.data()}, 9);
      ASSERT_EQ(a, b) << "n " << n;
    }
}

TEST_P(NestTest, InPlace) {
  Kernel kernel(moduleOf({matrix(13), row(13)},
                         generic(kRow + "," + kBias + "," + kRow, kParallel,
                                 "ins(%a0, %a1 : " + matrix(13) + ", " + row(13) + ") outs(%a0 : " + matrix(13) + ")",
                                 "^bb0(%x: f32, %b: f32, %o: f32):\n %s = arith.addf %x, %b : f32\n"
                                 "%r = arith.mulf %s, %o : f32\n linalg.yield %r : f32\n")),
                target);
  std::vector<float> x = random<float>(5 * 13, 1), b = random<float>(13, 2), before = x;
  kernel({x.data(), b.data()}, 5);
  for (size_t i = 0; i < x.size(); ++i)
    ASSERT_EQ(x[i], (before[i] + b[i % 13]) * before[i]);
}

/// Sums in f64 of values in f32: the loss.
TEST_P(NestTest, WideningSum) {
  Kernel kernel(moduleOf({matrix(7), "memref<f64>"},
                         generic(kRow + "," + kAll, kWhole, "ins(%a0 : " + matrix(7) + ") outs(%a1 : memref<f64>)",
                                 "^bb0(%x: f32, %s: f64):\n %w = arith.extf %x : f32 to f64\n"
                                 "%r = arith.addf %s, %w : f64\n linalg.yield %r : f64\n")),
                target);
  std::vector<float> x = random<float>(7 * 23, 1);
  double total = 1;
  kernel({x.data(), &total}, 23);
  ASSERT_NEAR(total, std::accumulate(x.begin(), x.end(), 1.0), 1e-12);
}

/// Two results of one reduction, neither of which is a plain sum: the index of the largest value.
TEST_P(NestTest, ArgMax) {
  for (int64_t n : kSizes) {
    Kernel kernel(moduleOf({matrix(n), "memref<?xf32>", "memref<?xi64>"},
                           generic(kRow + "," + kColumn + "," + kColumn, kRows,
                                   "ins(%a0 : " + matrix(n) + ") outs(%a1, %a2 : memref<?xf32>, memref<?xi64>)",
                                   "^bb0(%x: f32, %best: f32, %at: i64):\n %j = linalg.index 1 : index\n"
                                   "%k = arith.index_cast %j : index to i64\n %c = arith.cmpf ogt, %x, %best : f32\n"
                                   "%v = arith.select %c, %x, %best : f32\n %i = arith.select %c, %k, %at : i64\n"
                                   "linalg.yield %v, %i : f32, i64\n")),
                  target);
    for (int64_t batch : {1, 9, 16}) {
      std::vector<float> x = random<float>(batch * n, 1), best(batch, -INFINITY);
      std::vector<int64_t> at(batch, -1);
      kernel({x.data(), best.data(), at.data()}, batch);
      for (int64_t i = 0; i < batch; ++i) {
        auto begin = x.begin() + i * n;
        ASSERT_EQ(at[i], std::max_element(begin, begin + n) - begin) << "n " << n << " batch " << batch;
        ASSERT_EQ(best[i], *std::max_element(begin, begin + n));
      }
    }
  }
}

TEST_P(NestTest, Transposes) {
  for (int64_t n : kSizes) {
    std::string result = "memref<" + std::to_string(n) + "x?xf32>", wide = "memref<" + std::to_string(n) + "x?xf64>";
    Kernel kernel(moduleOf({matrix(n), result}, "linalg.transpose ins(%a0 : " + matrix(n) + ") outs(%a1 : " + result +
                                                    ") permutation = [1, 0]"),
                  target);
    Kernel kernel64(moduleOf({matrix(n, "f64"), wide}, "linalg.transpose ins(%a0 : " + matrix(n, "f64") + ") outs(%a1 : " +
                                                           wide + ") permutation = [1, 0]"),
                    target);
    for (int64_t batch : {1, 3, 8, 9, 30}) {
      std::vector<float> x = random<float>(batch * n, 1), out(batch * n);
      std::vector<double> x64 = random<double>(batch * n, 1), out64(batch * n);
      kernel({x.data(), out.data()}, batch);
      kernel64({x64.data(), out64.data()}, batch);
      for (int64_t i = 0; i < batch; ++i)
        for (int64_t j = 0; j < n; ++j) {
          ASSERT_EQ(out[j * batch + i], x[i * n + j]) << "n " << n << " batch " << batch;
          ASSERT_EQ(out64[j * batch + i], x64[i * n + j]);
        }
    }
  }
}

TEST_P(NestTest, PermutesThreeDimensions) {
  std::string in = "memref<5x12x9xf32>", out = "memref<9x5x12xf32>";
  Kernel kernel(moduleOf({in, out}, "linalg.transpose ins(%a0 : " + in + ") outs(%a1 : " + out + ") permutation = [2, 0, 1]"),
                target);
  std::vector<float> x = random<float>(5 * 12 * 9, 1), result(x.size());
  kernel({x.data(), result.data()}, 1);
  for (int64_t i = 0; i < 5; ++i)
    for (int64_t j = 0; j < 12; ++j)
      for (int64_t k = 0; k < 9; ++k)
        ASSERT_EQ(result[(k * 5 + i) * 12 + j], x[(i * 12 + j) * 9 + k]);
}

TEST_P(NestTest, FillAndScalars) {
  Kernel kernel(moduleOf({matrix(13), "memref<f64>", "memref<f64>"},
                         "%c = arith.constant 2.5 : f32\n linalg.fill ins(%c : f32) outs(%a0 : " + matrix(13) + ")\n" +
                             generic("affine_map<()->()>, affine_map<()->()>", "",
                                     "ins(%a1 : memref<f64>) outs(%a2 : memref<f64>)",
                                     "^bb0(%x: f64, %o: f64):\n %s = arith.addf %x, %x : f64\n linalg.yield %s : f64\n")),
                target);
  std::vector<float> out(3 * 13 + 1, 0.0f);
  double x = 21, y = 0;
  kernel({out.data(), &x, &y}, 3);
  ASSERT_EQ(y, 42.0);
  ASSERT_EQ(std::count(out.begin(), out.end(), 2.5f), 39);
  ASSERT_EQ(out.back(), 0.0f);
}

/// A convolution's map is a sum of loop indices.
TEST_P(NestTest, SumsOfLoopIndices) {
  std::string in = "memref<?x20xf32>", weights = "memref<4xf32>", out = "memref<?x17xf32>";
  Kernel kernel(moduleOf({in, weights, out},
                         generic("affine_map<(b,i,k)->(b,i+k)>, affine_map<(b,i,k)->(k)>, affine_map<(b,i,k)->(b,i)>",
                                 "\"parallel\", \"parallel\", \"reduction\"",
                                 "ins(%a0, %a1 : " + in + ", " + weights + ") outs(%a2 : " + out + ")",
                                 "^bb0(%x: f32, %w: f32, %s: f32):\n %p = arith.mulf %x, %w : f32\n"
                                 "%r = arith.addf %s, %p : f32\n linalg.yield %r : f32\n")),
                target);
  std::vector<float> x = random<float>(3 * 20, 1), w = random<float>(4, 2), result(3 * 17);
  kernel({x.data(), w.data(), result.data()}, 3);
  for (int64_t b = 0; b < 3; ++b)
    for (int64_t i = 0; i < 17; ++i) {
      double expected = 0;
      for (int64_t k = 0; k < 4; ++k)
        expected += x[b * 20 + i + k] * w[k];
      ASSERT_NEAR(result[b * 17 + i], expected, 1e-6);
    }
}

INSTANTIATE_TEST_SUITE_P(Widths, NestTest, testing::Values(512, 256, 128));

TEST(NestErrors, IndexingThatIsNotLinear) {
  try {
    Kernel kernel(moduleOf({"memref<8xf32>", "memref<8xf32>"},
                           generic("affine_map<(i)->(i floordiv 2)>, affine_map<(i)->(i)>", "\"parallel\"",
                                   "ins(%a0 : memref<8xf32>) outs(%a1 : memref<8xf32>)",
                                   "^bb0(%x: f32, %o: f32):\n linalg.yield %x : f32\n")),
                  hostTarget());
    FAIL() << "compiled";
  } catch (const std::runtime_error &error) {
    EXPECT_NE(std::string(error.what()).find("not a sum of multiples of loop indices"), std::string::npos) << error.what();
  }
}

} // namespace
