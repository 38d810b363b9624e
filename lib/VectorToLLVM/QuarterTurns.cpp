#include "QuarterTurns.h"

using namespace mlir;

namespace mimoc {

namespace {

/// 2^power * 2/pi modulo 4 in three parts. The first two are multiples of 2^-27 and 2^-56 with at most 29 digits, so that
/// their products with 24 digits are exact; what is left out after the third is below 2^-110.
struct TurnsOfPower {
  double power, first, second, third;
};
constexpr TurnsOfPower kTurns[] = {{0, 0x1.45f306c000000p-1, 0x1.c9c882a000000p-29, 0x1.4fe13abe8fa9ap-59},
                                   {26, 0x1.b939104000000p+0, 0x1.4a7f09d000000p-28, 0x1.7d1f534ddc0dbp-58},
                                   {52, 0x1.529fc26000000p+0, 0x1.57d1f53000000p-28, 0x1.377036d8a5665p-58},
                                   {78, 0x1.d5f47d4000000p+0, 0x1.a6ee06c000000p-29, 0x1.b14acc9e21c82p-57}};

/// Exact: p is a multiple of the unit that the result needs.
Real modulo4(Real p) { return p - roundEven(p * 0.25) * 4; }

} // namespace

// The reduction of Payne and Hanek (1983), cut down to f32: of 2/pi only the digits matter that do not make whole turns.
// With x = X 2^s and X a whole number, x * 2/pi = X * (2^s * 2/pi mod 4) modulo 4; four values of s are enough, since
// X may be as large as 2^50. Below 2^50, X = x need not be whole: nothing is dropped for s = 0.
QuarterTurns::QuarterTurns(Real x) : x(x), rest(x), square(x), quadrant(x) {
  Real scale = x.number(1), first = x.number(kTurns[0].first), second = x.number(kTurns[0].second), third = x.number(kTurns[0].third);
  for (const TurnsOfPower &turns : llvm::drop_begin(kTurns)) {
    Value isBeyond = abs(x) > std::ldexp(1.0, static_cast<int>(turns.power) + 24);
    scale = select(isBeyond, x.number(std::ldexp(1.0, -static_cast<int>(turns.power))), scale);
    first = select(isBeyond, x.number(turns.first), first);
    second = select(isBeyond, x.number(turns.second), second);
    third = select(isBeyond, x.number(turns.third), third);
  }
  Real X = x * scale;
  Real a = modulo4(X * first), b = modulo4(X * second), c = X * third;
  Real n = roundEven(a + b);
  // a - n is exact, and so is its sum with b where they cancel. The nearest that an f32 comes to a multiple of pi/2 is
  // about 2^-30 of a quarter turn; the parts leave an error below 2^-80.
  Real turns = ((a - n) + b) + c;
  rest = turns * M_PI_2;
  square = rest * rest;
  quadrant = modulo4(n);
}

Value QuarterTurns::isQuadrant(double a, double b) const {
  return arith::OrIOp::create(*x.builder, quadrant == a, quadrant == b);
}

/// Taylor: the first term left out is below 1e-12 on [-pi/4, pi/4].
Real QuarterTurns::sinePolynomial() const {
  return rest * horner(square, {1.0 / 6227020800, -1.0 / 39916800, 1.0 / 362880, -1.0 / 5040, 1.0 / 120, -1.0 / 6, 1.0});
}

Real QuarterTurns::cosinePolynomial() const {
  return horner(square, {1.0 / 479001600, -1.0 / 3628800, 1.0 / 40320, -1.0 / 720, 1.0 / 24, -1.0 / 2, 1.0});
}

Real QuarterTurns::sine() const {
  Value isOdd = isQuadrant(1, -1), isOpposite = isQuadrant(2, -2);
  isOpposite = arith::OrIOp::create(*x.builder, isOpposite, quadrant == -1);
  Real size = select(isOdd, cosinePolynomial(), sinePolynomial());
  return select(x == 0, x, select(isOpposite, -size, size)); // -0
}

Real QuarterTurns::cosine() const {
  Value isOdd = isQuadrant(1, -1), isOpposite = isQuadrant(2, -2);
  isOpposite = arith::OrIOp::create(*x.builder, isOpposite, quadrant == 1);
  Real size = select(isOdd, sinePolynomial(), cosinePolynomial());
  return select(isOpposite, -size, size);
}

Real QuarterTurns::tangent() const {
  Real sine = sinePolynomial(), cosine = cosinePolynomial();
  Real result = select(isQuadrant(1, -1), -cosine / sine, sine / cosine);
  return select(x == 0, x, result);
}

} // namespace mimoc
