#include "TrigonometricExpansion.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

using namespace mlir;

namespace mimoc {

namespace {

/// The type of `like` with another element.
Type withElement(Type like, Type element) {
  auto vector = dyn_cast<VectorType>(like);
  return vector ? Type(vector.clone(element)) : element;
}

class QuarterTurns {
public:
  QuarterTurns(ImplicitLocOpBuilder &builder, Value x) : builder(builder), narrow(x.getType()) {
    wide = withElement(narrow, builder.getF64Type());
    Value x64 = arith::ExtFOp::create(builder, wide, x);
    // x = n * pi/2 + r with |r| <= pi/4. The first part of pi/2 has 33 bits, so n times it is exact for |x| below
    // 1.6e6; beyond, r loses digits in proportion, and from about 1e15 the result is some number in [-1, 1].
    Value turns = arith::MulFOp::create(builder, x64, number(6.36619772367581343e-01));
    Value n = math::RoundEvenOp::create(builder, turns);
    rest = arith::SubFOp::create(builder, x64, arith::MulFOp::create(builder, n, number(1.57079632673412561e+00)));
    rest = arith::SubFOp::create(builder, rest, arith::MulFOp::create(builder, n, number(6.07710050650619224e-11)));
    rest = arith::MaximumFOp::create(builder, rest, number(-0.8));
    rest = arith::MinimumFOp::create(builder, rest, number(0.8));
    square = arith::MulFOp::create(builder, rest, rest);
    // n modulo 4 without leaving f64: an f64 may be too large for an integer conversion.
    Value quarter = arith::MulFOp::create(builder, n, number(0.25));
    Value whole = math::FloorOp::create(builder, quarter);
    quadrant = arith::MulFOp::create(builder, arith::SubFOp::create(builder, quarter, whole), number(4));
  }

  /// sin(x + shift * pi/2): the quadrant decides on sine or cosine of the rest, and on the sign.
  Value sine(double shift) {
    Value turned = arith::AddFOp::create(builder, quadrant, number(shift));
    Value isOdd = arith::OrIOp::create(builder, equals(turned, 1), equals(turned, 3));
    Value isNegative = arith::OrIOp::create(builder, equals(turned, 2), equals(turned, 3)); // 4 is 0 again
    Value value = arith::SelectOp::create(builder, isOdd, cosinePolynomial(), sinePolynomial());
    Value signedValue = arith::SelectOp::create(builder, isNegative, arith::NegFOp::create(builder, value), value);
    return arith::TruncFOp::create(builder, narrow, signedValue);
  }

private:
  Value number(double value) {
    auto scalar = builder.getF64FloatAttr(value);
    if (auto vector = dyn_cast<VectorType>(wide))
      return arith::ConstantOp::create(builder, DenseElementsAttr::get(vector, scalar.getValue()));
    return arith::ConstantOp::create(builder, scalar);
  }

  Value equals(Value value, double expected) {
    return arith::CmpFOp::create(builder, arith::CmpFPredicate::OEQ, value, number(expected));
  }

  Value horner(ArrayRef<double> coefficients) {
    Value sum = number(coefficients.front());
    for (double next : coefficients.drop_front())
      sum = arith::AddFOp::create(builder, arith::MulFOp::create(builder, sum, square), number(next));
    return sum;
  }

  /// Taylor: the first term left out is below 1e-11 on [-pi/4, pi/4], far below the rounding of f32.
  Value sinePolynomial() {
    Value series = horner({-1.0 / 39916800, 1.0 / 362880, -1.0 / 5040, 1.0 / 120, -1.0 / 6, 1.0});
    return arith::MulFOp::create(builder, rest, series);
  }

  Value cosinePolynomial() {
    return horner({1.0 / 479001600, -1.0 / 3628800, 1.0 / 40320, -1.0 / 720, 1.0 / 24, -1.0 / 2, 1.0});
  }

  ImplicitLocOpBuilder &builder;
  Type narrow, wide;
  Value rest, square, quadrant;
};

template <typename Op> class ExpandTrigonometric : public OpRewritePattern<Op> {
public:
  using OpRewritePattern<Op>::OpRewritePattern;

  LogicalResult matchAndRewrite(Op op, PatternRewriter &rewriter) const override {
    if (!getElementTypeOrSelf(op.getType()).isF32())
      return failure();
    ImplicitLocOpBuilder builder(op.getLoc(), rewriter);
    rewriter.replaceOp(op, QuarterTurns(builder, op.getOperand()).sine(std::is_same_v<Op, math::CosOp> ? 1 : 0));
    return success();
  }
};

} // namespace

void populateTrigonometricExpansion(RewritePatternSet &patterns) {
  patterns.add<ExpandTrigonometric<math::SinOp>, ExpandTrigonometric<math::CosOp>>(patterns.getContext());
}

} // namespace mimoc
