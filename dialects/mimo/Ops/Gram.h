// Small quadratic programs over the inner products G of K gradients, solved exactly by looking at every active set: one
// element of a parallel loop is one set, so that the search is vectorised as any elementwise op is.
#pragma once

#include "mimo/IR/Scalar.h"

namespace mlir::mimo {

/// The rows of the upper triangle of a symmetric matrix, as scalars.
class Gram {
public:
  Gram(SmallVector<Scalar> triangle, int64_t size) : triangle(std::move(triangle)), size(size) {}
  Scalar at(int64_t i, int64_t j) const {
    if (i > j)
      std::swap(i, j);
    return triangle[i * size - i * (i - 1) / 2 + j - i];
  }

  SmallVector<Scalar> triangle;
  int64_t size;
};

/// Numbers of an index that is known inside a loop only: `of(0)`, `of(1)`, ... chosen by `index` (i64).
template <class Function> Scalar choose(Scalar index, int64_t count, Function &&of) {
  Scalar chosen = of(0);
  for (int64_t k = 1; k < count; ++k)
    chosen = select(equal(index, index.constant(static_cast<double>(k))), of(k), chosen);
  return chosen;
}

/// Which of K gradients an active set holds: the bits of `set` (i64).
inline SmallVector<Scalar> membersOf(Scalar set, int64_t size) {
  SmallVector<Scalar> members;
  for (int64_t i = 0; i < size; ++i) {
    Scalar bit = set.constant(static_cast<double>(int64_t(1) << i));
    Scalar masked = set.with(arith::AndIOp::create(*set.builder, set.loc, set.value, bit.value));
    members.push_back(notEqual(masked, set.constant(0)));
  }
  return members;
}

struct SetSolution {
  SmallVector<Scalar> x; ///< 0 outside of the set
  Scalar isRegular;      ///< (i1) whether the matrix of the set is, up to rounding, positive definite
};

/// A x = b on the rows and columns of a set; `a` gives the lower triangle. Gaussian elimination, A = L D L^T; a row outside of
/// the set is that of the unit matrix.
template <class Matrix> SetSolution solveOnSet(ArrayRef<Scalar> members, Matrix &&a, ArrayRef<Scalar> b) {
  constexpr double kSmallestPivot = 1e-13; // of its diagonal element
  int64_t size = members.size();
  Scalar one = b[0].constant(1), zero = b[0].constant(0);
  SmallVector<SmallVector<Scalar>> lower(size); // L times D below the diagonal, then L
  SmallVector<Scalar> pivots;
  Scalar isRegular = equal(one, one);
  for (int64_t i = 0; i < size; ++i) {
    Scalar diagonal = select(members[i], a(i, i), one), pivot = diagonal;
    for (int64_t j = 0; j < i; ++j) {
      Scalar element = select(logicalAnd(members[i], members[j]), a(i, j), zero);
      for (int64_t k = 0; k < j; ++k)
        element = element - lower[i][k] * lower[j][k] * pivots[k];
      lower[i].push_back(element / pivots[j]);
      pivot = pivot - lower[i][j] * element;
    }
    pivots.push_back(pivot);
    isRegular = logicalAnd(isRegular, pivot > diagonal * kSmallestPivot);
  }
  SmallVector<Scalar> x;
  for (int64_t i = 0; i < size; ++i) {
    x.push_back(select(members[i], b[i], zero));
    for (int64_t j = 0; j < i; ++j)
      x[i] = x[i] - lower[i][j] * x[j];
  }
  for (int64_t i = 0; i < size; ++i)
    x[i] = x[i] / pivots[i];
  for (int64_t i = size - 1; i >= 0; --i)
    for (int64_t j = i + 1; j < size; ++j)
      x[i] = x[i] - lower[j][i] * x[j];
  return {x, isRegular};
}

/// x^T G x + 2 c^T x
inline Scalar quadraticForm(const Gram &gram, ArrayRef<Scalar> x, ArrayRef<Scalar> c) {
  Scalar total = x[0].constant(0);
  for (int64_t i = 0; i < gram.size; ++i) {
    Scalar row = c.empty() ? x[0].constant(0) : c[i] * 2.0;
    for (int64_t j = 0; j < gram.size; ++j)
      row = row + gram.at(i, j) * x[j];
    total = total + x[i] * row;
  }
  return total;
}

} // namespace mlir::mimo
