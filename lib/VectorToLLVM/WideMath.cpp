#include "WideMath.h"
#include "QuarterTurns.h"
#include "Real.h"

using namespace mlir;

namespace mimoc {

namespace {

constexpr double kLn2High = 6.93147180369123816490e-01, kLn2Low = 1.90821492927058770002e-10; // kLn2High ends in 20 zero bits
constexpr double kInfinity = std::numeric_limits<double>::infinity(), kNaN = std::numeric_limits<double>::quiet_NaN();
/// Added to a number below 2^51, it leaves the nearest integer in the low bits.
constexpr double kToInteger = 0x1.8p52;
constexpr uint64_t kToIntegerBits = 0x4338000000000000;

/// e^x = 2^n e^r with |r| <= ln 2 / 2. Beyond +-708 it stays at its largest and smallest value, which f32 rounds to infinity
/// and 0.
Real exp(Real x) {
  x = atMost(atLeast(x, -708), 708);
  Real shifted = x * M_LOG2E + kToInteger;
  Real n = shifted - kToInteger;
  Real r = (x - n * kLn2High) - n * kLn2Low;
  // Taylor: r^12 / 12! < 1e-14
  Real p = horner(r, {1. / 39916800, 1. / 3628800, 1. / 362880, 1. / 40320, 1. / 5040, 1. / 720, 1. / 120, 1. / 24, 1. / 6, 0.5, 1, 1});
  ImplicitLocOpBuilder &b = *x.builder;
  Value biased = arith::AddIOp::create(b, shifted.bits(), x.bitsNumber(1023));
  return p * x.fromBits(arith::ShLIOp::create(b, biased, x.bitsNumber(52)));
}

/// log x for x = 1 + u. Near 1 it is computed from u, so that a small u loses no digit.
Real logarithm(Real x, Real u) {
  ImplicitLocOpBuilder &b = *x.builder;
  // x = 2^k m with sqrt(1/2) <= m < sqrt(2)
  Value aboveRoot = arith::SubIOp::create(b, x.bits(), x.bitsNumber(0x3FE6A09E667F3BCD));
  Value k = arith::ShRSIOp::create(b, aboveRoot, x.bitsNumber(52));
  Real m = x.fromBits(arith::SubIOp::create(b, x.bits(), arith::ShLIOp::create(b, k, x.bitsNumber(52))));
  Real exponent = x.fromBits(arith::AddIOp::create(b, k, x.bitsNumber(kToIntegerBits))) - kToInteger;
  // log m = 2 artanh s, s = (m - 1) / (m + 1)
  Value isNear = arith::AndIOp::create(b, u > -0.25, u < 0.4);
  Real s = select(isNear, u, m - 1) / select(isNear, u + 2, m + 1);
  Real series = horner(s * s, {1. / 17, 1. / 15, 1. / 13, 1. / 11, 1. / 9, 1. / 7, 1. / 5, 1. / 3, 1});
  Real result = select(isNear, x.number(0), exponent * M_LN2) + (s + s) * series;
  result = select(x == 0, x.number(-kInfinity), result);
  result = select(x < 0, x.number(kNaN), result);
  return select(compare(x, arith::CmpFPredicate::UEQ, x.number(kInfinity)), x, result); // infinity and NaN
}

Real log(Real x) { return logarithm(x, x - 1); }
Real logOnePlus(Real u) { return logarithm(u + 1, u); }

/// For a >= 0: atan(a) = pi/2 - atan(1/a), and atan(a) = pi/4 + atan((a - 1) / (a + 1)), leave |r| <= tan(pi/8).
Real arctangentOfPositive(Real a) {
  Value isSteep = a > 1;
  Real t = select(isSteep, 1 / a, a);
  Value isMiddle = t > M_SQRT2 - 1;
  Real r = select(isMiddle, (t - 1) / (t + 1), t);
  // Interpolates atan(r) / r in r^2 at Chebyshev's points of [0, tan^2(pi/8)]; off by 3e-14.
  Real series = horner(r * r, {0.030662440370424447, -0.05874505621307831, 0.07563703551915192, -0.09078392072943424, 0.11110385046148014,
                               -0.14285690423839287, 0.19999999604891977, -0.33333333330803444, 0.9999999999999732});
  Real result = select(isMiddle, r.number(M_PI_4), r.number(0)) + r * series;
  return select(isSteep, M_PI_2 - result, result);
}

Real atan(Real x) { return copySign(arctangentOfPositive(abs(x)), x); }
Real asin(Real x) { return atan(x / sqrt((1 - x) * (x + 1))); }
Real acos(Real x) {
  Real angle = arctangentOfPositive(sqrt((1 - x) / (x + 1)));
  return angle + angle;
}

Real cosh(Real x) {
  Real e = exp(abs(x));
  return (e + 1 / e) * 0.5;
}

Real sinh(Real x) {
  Real a = abs(x), e = exp(a), square = a * a;
  // Taylor for a < 1: a^15 / 15! < 1e-12
  Real series = a * horner(square, {1. / 6227020800, 1. / 39916800, 1. / 362880, 1. / 5040, 1. / 120, 1. / 6, 1});
  return copySign(select(a < 1, series, (e - 1 / e) * 0.5), x);
}

/// sinh / cosh; from 20 on it is 1.
Real tanh(Real x) {
  Real near = copySign(atMost(abs(x), 20), x);
  return sinh(near) / cosh(near);
}

/// log(a + sqrt(a^2 + 1)) = log(1 + a + a^2 / (1 + sqrt(a^2 + 1)))
Real asinh(Real x) {
  Real a = abs(x), square = a * a;
  Real result = logOnePlus(a + square / (sqrt(square + 1) + 1));
  return copySign(select(a == kInfinity, a, result), x);
}

/// log(x + sqrt(x^2 - 1)) = log(1 + t + sqrt(t (t + 2))), t = x - 1
Real acosh(Real x) {
  Real t = x - 1;
  return select(x < 1, x.number(kNaN), logOnePlus(t + sqrt(t * (t + 2))));
}

/// log((1 + a) / (1 - a)) / 2 = log(1 + 2 a / (1 - a)) / 2
Real atanh(Real x) {
  Real a = abs(x);
  return copySign(logOnePlus((a + a) / (1 - a)) * 0.5, x);
}

/// 1 - erf. For a >= 0, (1 + 2 a) e^(a^2) erfc(a) is a polynomial in (a - 3) / (a + 3), as Shepherd and Laframboise (1981)
/// found; this one interpolates it at Chebyshev's points of 0 <= a <= 30 and is off by 8e-13.
Real erfc(Real x) {
  Real a = atMost(abs(x), 30);
  Real t = (a - 3) / (a + 3);
  Real series = horner(t, {4.989605762576199e-07, 2.238898557167514e-06, -1.5624796684853793e-06, -1.894843145013893e-05,
                           6.011046520501316e-06, 0.00012453023046122148, -0.00010581411566053445, -0.0007796816693669293,
                           0.0018889093667305912, 0.002529372344327674, -0.02377055453804795, 0.06830802817176679,
                           -0.11927365989111953, 0.12964515872831273, -0.04756229447336902, -0.13562110612592246, 1.2530080582704028});
  Real result = exp(-(a * a)) * series / (a + a + 1);
  return select(x < 0, 2 - result, result);
}

/// Taylor for |x| < 1: the terms left out are below 1e-13.
Real erf(Real x) {
  constexpr double factor = M_2_SQRTPI;
  Real a = abs(x), square = a * a;
  SmallVector<double> coefficients; // (-1)^n / (n! (2 n + 1)), highest first
  double factorial = 1;
  for (int n = 0; n <= 14; factorial *= ++n)
    coefficients.insert(coefficients.begin(), (n % 2 ? -factor : factor) / (factorial * (2 * n + 1)));
  return copySign(select(a < 1, a * horner(square, coefficients), 1 - erfc(a)), x);
}

Value isWhole(Real x) { return floor(x) == x; }
Value isNotWhole(Real x) { return compare(floor(x), arith::CmpFPredicate::UNE, x); } // or NaN

/// C's pow: e^(y log |x|), with the sign of x where y is odd.
Real pow(Real x, Real y) {
  ImplicitLocOpBuilder &b = *x.builder;
  auto both = [&](Value p, Value q) -> Value { return arith::AndIOp::create(b, p, q); };
  Real a = abs(x);
  Value isNumber = y == y;
  Real size = select(both(a == 1, isNumber), x.number(1), exp(y * log(a))); // 1^inf
  Value isNegative = copySign(x.number(1), x) < 0, isOdd = both(isWhole(y), isNotWhole(y * 0.5));
  Real result = select(both(isNegative, isOdd), -size, size);
  Value isFiniteNegative = both(x < 0, x > -kInfinity);
  result = select(both(isFiniteNegative, isNotWhole(y)), x.number(kNaN), result);
  return select(arith::OrIOp::create(b, x == 1, y == 0), x.number(1), result);
}

Real exp2(Real x) { return exp(x * M_LN2); }
Real log2(Real x) { return log(x) * M_LOG2E; }
Real log10(Real x) { return log(x) * M_LOG10E; }
Real sin(Real x) { return QuarterTurns(x).sine(); }
Real cos(Real x) { return QuarterTurns(x).cosine(); }
Real tan(Real x) { return QuarterTurns(x).tangent(); }

//===- Patterns --------------------------------------------------------------------------------------------------===//

bool isApproximateDouble(Operation *op, arith::FastMathFlags flags) {
  return getElementTypeOrSelf(op->getResult(0).getType()).isF64() && bitEnumContainsAll(flags, arith::FastMathFlags::afn);
}

template <typename Op, Real (*function)(Real)> class ExpandUnary : public OpRewritePattern<Op> {
public:
  using OpRewritePattern<Op>::OpRewritePattern;

  LogicalResult matchAndRewrite(Op op, PatternRewriter &rewriter) const override {
    if (!isApproximateDouble(op, op.getFastmath()))
      return failure();
    ImplicitLocOpBuilder builder(op.getLoc(), rewriter);
    rewriter.replaceOp(op, function(Real(builder, op.getOperand())).value);
    return success();
  }
};

class ExpandPower : public OpRewritePattern<math::PowFOp> {
public:
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(math::PowFOp op, PatternRewriter &rewriter) const override {
    if (!isApproximateDouble(op, op.getFastmath()))
      return failure();
    ImplicitLocOpBuilder builder(op.getLoc(), rewriter);
    rewriter.replaceOp(op, pow(Real(builder, op.getLhs()), Real(builder, op.getRhs())).value);
    return success();
  }
};

} // namespace

void populateWideMathExpansion(RewritePatternSet &patterns) {
  patterns.add<ExpandUnary<math::ExpOp, exp>, ExpandUnary<math::Exp2Op, exp2>, ExpandUnary<math::LogOp, log>,
               ExpandUnary<math::Log2Op, log2>, ExpandUnary<math::Log10Op, log10>, ExpandUnary<math::SinOp, sin>,
               ExpandUnary<math::CosOp, cos>, ExpandUnary<math::TanOp, tan>, ExpandUnary<math::AsinOp, asin>,
               ExpandUnary<math::AcosOp, acos>, ExpandUnary<math::AtanOp, atan>, ExpandUnary<math::SinhOp, sinh>,
               ExpandUnary<math::CoshOp, cosh>, ExpandUnary<math::TanhOp, tanh>, ExpandUnary<math::AsinhOp, asinh>,
               ExpandUnary<math::AcoshOp, acosh>, ExpandUnary<math::AtanhOp, atanh>, ExpandUnary<math::ErfOp, erf>,
               ExpandUnary<math::ErfcOp, erfc>, ExpandPower>(
      patterns.getContext());
}

} // namespace mimoc
