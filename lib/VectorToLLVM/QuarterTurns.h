// sin, cos and tan by reduction to a quarter turn. Private to VectorToLLVM.
#pragma once

#include "Real.h"

namespace mimoc {

class QuarterTurns {
public:
  /// x has at most 24 significant digits, as an f32 does; else large x lose digits in proportion.
  explicit QuarterTurns(Real x);

  Real sine() const;
  Real cosine() const;
  Real tangent() const;

private:
  mlir::Value isQuadrant(double a, double b) const;
  Real sinePolynomial() const;
  Real cosinePolynomial() const;

  Real x, rest, square, quadrant; ///< x = (4 k + quadrant) pi/2 + rest, |rest| <= pi/4, quadrant in -2 ... 2
};

} // namespace mimoc
