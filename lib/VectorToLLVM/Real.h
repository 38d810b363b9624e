// Arithmetic on f32 or f64, scalar or vector, with operators, so that an expansion reads as mathematics. Private to VectorToLLVM.
#pragma once

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace mimoc {

class Real {
public:
  Real(mlir::ImplicitLocOpBuilder &builder, mlir::Value value) : builder(&builder), value(value) {}

  Real with(mlir::Value other) const { return Real(*builder, other); }
  Real number(double x) const { return with(constant(value.getType(), builder->getFloatAttr(element(), x))); }
  mlir::Type element() const { return mlir::getElementTypeOrSelf(value.getType()); }
  /// An integer as wide as the value.
  mlir::Value bitsNumber(int64_t x) const { return constant(bitsType(), builder->getIntegerAttr(mlir::getElementTypeOrSelf(bitsType()), x)); }
  mlir::Type bitsType() const { return typeWith(value.getType(), builder->getIntegerType(element().getIntOrFloatBitWidth())); }
  mlir::Value bits() const { return mlir::arith::BitcastOp::create(*builder, bitsType(), value); }
  Real fromBits(mlir::Value bits) const { return with(mlir::arith::BitcastOp::create(*builder, value.getType(), bits)); }

  /// The type of `like` with another element.
  static mlir::Type typeWith(mlir::Type like, mlir::Type element) {
    auto vector = mlir::dyn_cast<mlir::VectorType>(like);
    return vector ? mlir::Type(vector.clone(element)) : element;
  }

  mlir::ImplicitLocOpBuilder *builder;
  mlir::Value value;

private:
  mlir::Value constant(mlir::Type type, mlir::TypedAttr scalar) const {
    auto vector = mlir::dyn_cast<mlir::VectorType>(type);
    return mlir::arith::ConstantOp::create(*builder, vector ? mlir::DenseElementsAttr::get(vector, mlir::Attribute(scalar)) : scalar);
  }
};

inline Real operator+(Real a, Real b) { return a.with(mlir::arith::AddFOp::create(*a.builder, a.value, b.value)); }
inline Real operator-(Real a, Real b) { return a.with(mlir::arith::SubFOp::create(*a.builder, a.value, b.value)); }
inline Real operator*(Real a, Real b) { return a.with(mlir::arith::MulFOp::create(*a.builder, a.value, b.value)); }
inline Real operator/(Real a, Real b) { return a.with(mlir::arith::DivFOp::create(*a.builder, a.value, b.value)); }
inline Real operator-(Real a) { return a.with(mlir::arith::NegFOp::create(*a.builder, a.value)); }
inline Real operator+(Real a, double b) { return a + a.number(b); }
inline Real operator-(Real a, double b) { return a - a.number(b); }
inline Real operator*(Real a, double b) { return a * a.number(b); }
inline Real operator-(double a, Real b) { return b.number(a) - b; }
inline Real operator/(double a, Real b) { return b.number(a) / b; }

/// An i1, or a vector of them. False where an operand is NaN.
inline mlir::Value compare(Real a, mlir::arith::CmpFPredicate predicate, Real b) {
  return mlir::arith::CmpFOp::create(*a.builder, predicate, a.value, b.value);
}
inline mlir::Value operator<(Real a, double b) { return compare(a, mlir::arith::CmpFPredicate::OLT, a.number(b)); }
inline mlir::Value operator>(Real a, double b) { return compare(a, mlir::arith::CmpFPredicate::OGT, a.number(b)); }
inline mlir::Value operator==(Real a, Real b) { return compare(a, mlir::arith::CmpFPredicate::OEQ, b); }
inline mlir::Value operator==(Real a, double b) { return a == a.number(b); }

inline Real select(mlir::Value condition, Real yes, Real no) {
  return yes.with(mlir::arith::SelectOp::create(*yes.builder, condition, yes.value, no.value));
}
/// NaN stays NaN.
inline Real atLeast(Real x, double low) { return select(x < low, x.number(low), x); }
inline Real atMost(Real x, double high) { return select(x > high, x.number(high), x); }

inline Real fma(Real a, Real b, Real c) { return a.with(mlir::math::FmaOp::create(*a.builder, a.value, b.value, c.value)); }
inline Real abs(Real x) { return x.with(mlir::math::AbsFOp::create(*x.builder, x.value)); }
inline Real sqrt(Real x) { return x.with(mlir::math::SqrtOp::create(*x.builder, x.value)); }
inline Real floor(Real x) { return x.with(mlir::math::FloorOp::create(*x.builder, x.value)); }
inline Real roundEven(Real x) { return x.with(mlir::math::RoundEvenOp::create(*x.builder, x.value)); }
inline Real copySign(Real size, Real sign) { return size.with(mlir::math::CopySignOp::create(*size.builder, size.value, sign.value)); }

/// The polynomial in x; the coefficient of the highest power first.
inline Real horner(Real x, llvm::ArrayRef<double> coefficients) {
  Real sum = x.number(coefficients.front());
  for (double next : coefficients.drop_front())
    sum = sum * x + next;
  return sum;
}

} // namespace mimoc
