// A value wrapper with operators, so that a gradient reads as mathematics: `g - g * out * out`.
#pragma once

#include "mimo/IR/Mimo.h"

namespace mlir::mimo {

/// A tensor value at a place of emission. Operators emit mimo ops with the language's broadcasting rules.
class Expr {
public:
  Expr(OpBuilder &builder, Location loc, Value value) : builder(&builder), loc(loc), value(value) {}
  operator Value() const { return value; }

  RankedTensorType type() const { return cast<RankedTensorType>(value.getType()); }
  /// A constant of this value's element type, rank 0.
  Expr constant(double number) const;
  /// A row of constants of this value's element type, rank 1.
  Expr table(ArrayRef<double> numbers) const;
  Expr emit(StringRef op, ValueRange operands, ArrayRef<NamedAttribute> attributes = {}) const;

  OpBuilder *builder;
  Location loc;
  Value value;
};

Expr operator+(Expr a, Expr b);
Expr operator-(Expr a, Expr b);
Expr operator*(Expr a, Expr b);
Expr operator/(Expr a, Expr b);
Expr operator-(Expr a);
Expr operator+(Expr a, double b);
Expr operator-(Expr a, double b);
Expr operator*(Expr a, double b);
Expr operator*(double a, Expr b);
Expr operator-(double a, Expr b);
Expr operator/(Expr a, double b);
Expr operator/(double a, Expr b);
Expr operator>(Expr a, double b);
Expr operator<(Expr a, Expr b);
Expr operator<(Expr a, double b);
Expr operator<=(Expr a, double b);
Expr operator>=(Expr a, double b);
Expr equal(Expr a, Expr b);
Expr equal(Expr a, double b);

Expr select(Expr condition, Expr yes, Expr no);
Expr select(Expr condition, double yes, Expr no);
Expr select(Expr condition, Expr yes, double no);
Expr sign(Expr x);
Expr abs(Expr x);
Expr exp(Expr x);
Expr exp2(Expr x);
Expr log(Expr x);
Expr sqrt(Expr x);
Expr sin(Expr x);
Expr cos(Expr x);
Expr sinh(Expr x);
Expr cosh(Expr x);
Expr erfc(Expr x);
Expr sigmoid(Expr x);
/// x within [low, high]; NaN stays NaN.
Expr clamp(Expr x, double low, double high);

/// Zeros of the shape of x: a gradient that nothing reaches.
Expr zerosLike(Expr x);
/// Sum over `axes`.
Expr sum(Expr x, ArrayRef<int64_t> axes, bool keepDims = false);
/// Sum over every axis: rank 0.
Expr sumAll(Expr x);
/// The value whose shape broadcast to x's: the cotangent of a broadcast operand. sum over what was broadcast.
Expr sumTo(Expr x, RankedTensorType shape);
/// `x` with the dimensions of `like`; x's dimension i lies at `dims[i]` of the result.
Expr broadcastLike(Expr x, Value like, ArrayRef<int64_t> dims);
/// Same elements, another shape.
Expr reshape(Expr x, RankedTensorType type);
/// x [batch] -> [batch, 1, ..., 1] of `rank`.
Expr appendUnitDims(Expr x, int64_t rank);
/// a (or a^T) times b (or b^T), rank 2.
Expr matmul(Expr a, Expr b, bool transposeA, bool transposeB);
/// The sum of products that `equation` says, of one or two factors.
Expr einsum(StringRef equation, ArrayRef<Expr> factors);
/// Number of elements along `axes` of x, as a rank-0 value of x's element type (or `type` where given).
Expr sizeOf(Expr x, ArrayRef<int64_t> axes, FloatType type = {});
/// Converts the element type (bool gives 0 and 1).
Expr convert(Expr x, Type elementType);

} // namespace mlir::mimo
