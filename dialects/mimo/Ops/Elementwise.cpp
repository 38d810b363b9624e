#include "mimo/Ops/Elementwise.h"
#include "mimo/IR/Expr.h"
#include "mimo/IR/Inference.h"
#include "mimo/IR/Scalar.h"

using namespace mlir;
using namespace mlir::mimo;

/// Whole exponents up to this are products; beyond it exp(n log |x|) is as exact, with the sign of x for odd n.
static constexpr double kLargestProduct = 16;

/// x^n by repeated squaring, for n >= 1; T is Scalar or Expr.
template <typename T> static T powerOfWhole(T x, int64_t n) {
  if (n == 1)
    return x;
  T half = powerOfWhole(x, n / 2);
  T square = half * half;
  return n % 2 ? square * x : square;
}

template <typename T> static T power(T x, double n) {
  if (n != std::floor(n))
    return exp(log(x) * n);
  if (n == 0)
    return x.constant(1);
  if (std::abs(n) > kLargestProduct) {
    T size = exp(log(abs(x)) * n);
    return std::fmod(n, 2) == 0 ? size : select(x >= 0.0, size, -size);
  }
  T whole = powerOfWhole(x, static_cast<int64_t>(std::abs(n)));
  return n < 0 ? 1.0 / whole : whole;
}

/// d x^n = n x^(n - 1)
static Expr powerVjp(Expr g, Expr x, double n) {
  if (n == 0)
    return g * 0.0;
  return n == 1 ? g : g * (power(x, n - 1) * n);
}

#define GET_OP_CLASSES
#include "mimo/Ops/Elementwise.cpp.inc"
