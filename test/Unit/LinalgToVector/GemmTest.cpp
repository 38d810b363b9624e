#include "KernelRunner.h"
#include "Operands.h"

#include <gtest/gtest.h>

using namespace mimoc::test;

namespace {

struct Shape {
  int64_t m, n, k;
};

enum class Layout { NN, TN, NT };

/// C += A * B with the batch as m (NN, NT) or as k (TN), as in a linear layer and its gradients.
struct Gemm {
  Layout layout;
  Shape shape;
  bool dynamic;
  std::string element = "f32";

  std::string memref(std::string rows, std::string columns) const {
    return "memref<" + rows + "x" + columns + "x" + element + ">";
  }

  std::string text() const {
    std::string m = std::to_string(shape.m), n = std::to_string(shape.n), k = std::to_string(shape.k);
    (layout == Layout::TN ? k : m) = dynamic ? "?" : layout == Layout::TN ? k : m;
    std::string a = layout == Layout::TN ? memref(k, m) : memref(m, k);
    std::string b = layout == Layout::NT ? memref(n, k) : memref(k, n), c = memref(m, n);
    std::string maps = layout == Layout::TN ? "affine_map<(m,n,k)->(k,m)>, affine_map<(m,n,k)->(k,n)>"
                       : layout == Layout::NT ? "affine_map<(m,n,k)->(m,k)>, affine_map<(m,n,k)->(n,k)>"
                                              : "affine_map<(m,n,k)->(m,k)>, affine_map<(m,n,k)->(k,n)>";
    return moduleOf({a, b, c}, "linalg.matmul indexing_maps = [" + maps + ", affine_map<(m,n,k)->(m,n)>] ins(%a0, %a1 : " +
                                   a + ", " + b + ") outs(%a2 : " + c + ")");
  }

  int64_t batch() const { return layout == Layout::TN ? shape.k : shape.m; }
};

template <typename T> void expectProduct(const Gemm &gemm, const mimoc::Target &target) {
  auto [m, n, k] = gemm.shape;
  std::vector<T> a = random<T>(m * k, 1), b = random<T>(k * n, 2), c = random<T>(m * n, 3), before = c;
  Kernel kernel(gemm.text(), target);
  kernel({a.data(), b.data(), c.data()}, gemm.batch());
  for (int64_t row = 0; row < m; ++row)
    for (int64_t column = 0; column < n; ++column) {
      double expected = before[row * n + column];
      for (int64_t step = 0; step < k; ++step)
        expected += double(a[gemm.layout == Layout::TN ? step * m + row : row * k + step]) *
                    b[gemm.layout == Layout::NT ? column * k + step : step * n + column];
      ASSERT_NEAR(c[row * n + column], expected, tolerance<T>(k)) << "row " << row << " column " << column;
    }
}

const Shape kShapes[] = {{1, 1, 1},   {1, 16, 4},  {3, 5, 7},    {8, 32, 16},  {9, 33, 17}, {15, 10, 64},
                         {7, 48, 5},  {33, 17, 1}, {16, 96, 29}, {50, 100, 70}, {2, 1, 40},  {1, 40, 1},
                         {5, 64, 600}};

class GemmTest : public testing::TestWithParam<unsigned> {};

TEST_P(GemmTest, MatchesReference) {
  mimoc::Target target = hostTarget(GetParam());
  for (Layout layout : {Layout::NN, Layout::TN, Layout::NT})
    for (const Shape &shape : kShapes)
      for (bool dynamic : {false, true}) {
        SCOPED_TRACE(testing::Message() << "layout " << int(layout) << " m " << shape.m << " n " << shape.n << " k "
                                        << shape.k << (dynamic ? " dynamic" : ""));
        expectProduct<float>({layout, shape, dynamic}, target);
        expectProduct<double>({layout, shape, dynamic, "f64"}, target);
      }
}

INSTANTIATE_TEST_SUITE_P(Widths, GemmTest, testing::Values(512, 256, 128));

/// What a server computes for a sample must not depend on the requests that share its batch.
TEST(GemmRows, BitsDoNotDependOnTheBatch) {
  for (auto [n, k] : {std::pair<int64_t, int64_t>{128, 256}, {10, 64}, {33, 700}, {1, 50}, {3, 9}}) {
    Kernel kernel(Gemm{Layout::NN, {0, n, k}, true}.text(), hostTarget());
    int64_t most = 41;
    std::vector<float> a = random<float>(most * k, 1), b = random<float>(k * n, 2), all(most * n);
    kernel({a.data(), b.data(), all.data()}, most);
    for (int64_t rows = 1; rows < most; ++rows) {
      std::vector<float> some(rows * n);
      kernel({a.data() + (most - rows) * k, b.data(), some.data()}, rows);
      ASSERT_TRUE(std::equal(some.begin(), some.end(), all.end() - rows * n)) << rows << " rows, n " << n;
    }
  }
}

TEST(GemmRows, BatchOfZeroTouchesNothing) {
  Kernel kernel(Gemm{Layout::NN, {0, 64, 16}, true}.text(), hostTarget());
  kernel({nullptr, nullptr, nullptr}, 0);
}

TEST(GemmBatch, EveryMatrixOfTheBatch) {
  std::string type = "memref<?x5x7xf32>", right = "memref<?x7x9xf32>", result = "memref<?x5x9xf32>";
  Kernel kernel(moduleOf({type, right, result}, "linalg.batch_matmul ins(%a0, %a1 : " + type + ", " + right +
                                                    ") outs(%a2 : " + result + ")"),
                hostTarget());
  std::vector<float> a = random<float>(3 * 35, 1), b = random<float>(3 * 63, 2), c(3 * 45);
  kernel({a.data(), b.data(), c.data()}, 3);
  for (int64_t matrix = 0; matrix < 3; ++matrix)
    for (int64_t row = 0; row < 5; ++row)
      for (int64_t column = 0; column < 9; ++column) {
        double expected = 0;
        for (int64_t step = 0; step < 7; ++step)
          expected += a[matrix * 35 + row * 7 + step] * b[matrix * 63 + step * 9 + column];
        ASSERT_NEAR(c[matrix * 45 + row * 9 + column], expected, 1e-5);
      }
}

} // namespace
