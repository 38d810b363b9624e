#include "ExponentialExpansion.h"
#include "Real.h"

using namespace mlir;

namespace mimoc {

namespace {

/// Added to a number below 2^22, it leaves the nearest integer in the low bits.
constexpr double kToInteger = 0x1.8p23;
constexpr int64_t kToIntegerBits = 0x4B400000;

/// e^x = 2^n e^r with |r| <= ln 2 / 2. The first part of ln 2 has 9 bits, so that n times it is exact.
Real exponential(Real x) {
  x = atMost(atLeast(x, -105), 89); // 0 and infinity beyond
  Real shifted = fma(x, x.number(M_LOG2E), x.number(kToInteger));
  Real n = shifted - kToInteger;
  Real r = fma(n, x.number(2.12194440054690583e-4), x - n * 0.693359375);
  // Taylor: r^8 / 8! < 6e-9
  Real tail = x.number(1. / 5040);
  for (double next : {1. / 720, 1. / 120, 1. / 24, 1. / 6, 0.5})
    tail = fma(tail, r, x.number(next));
  Real p = fma(r * r, tail, r) + 1;
  // 2^n in two factors: one alone would leave the range where e^x is below the normal numbers, or near the largest.
  ImplicitLocOpBuilder &b = *x.builder;
  Value power = arith::SubIOp::create(b, shifted.bits(), x.bitsNumber(kToIntegerBits));
  Value half = arith::ShRSIOp::create(b, power, x.bitsNumber(1));
  auto powerOf2 = [&](Value exponent) {
    Value biased = arith::AddIOp::create(b, exponent, x.bitsNumber(127));
    return x.fromBits(arith::ShLIOp::create(b, biased, x.bitsNumber(23)));
  };
  return p * powerOf2(half) * powerOf2(arith::SubIOp::create(b, power, half));
}

class ExpandExponential : public OpRewritePattern<math::ExpOp> {
public:
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(math::ExpOp op, PatternRewriter &rewriter) const override {
    if (!getElementTypeOrSelf(op.getType()).isF32())
      return failure();
    ImplicitLocOpBuilder builder(op.getLoc(), rewriter);
    rewriter.replaceOp(op, exponential(Real(builder, op.getOperand())).value);
    return success();
  }
};

} // namespace

void populateExponentialExpansion(RewritePatternSet &patterns) { patterns.add<ExpandExponential>(patterns.getContext()); }

} // namespace mimoc
