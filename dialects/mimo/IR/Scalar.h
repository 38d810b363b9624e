// A scalar wrapper with operators, so that the body of an elementwise op reads as mathematics.
#pragma once

#include "mimo/IR/LinalgBuilders.h"

namespace mlir::mimo {

/// One element inside a lowering: float, integer or i1.
class Scalar {
public:
  Scalar(OpBuilder &builder, Location loc, Value value) : builder(&builder), loc(loc), value(value) {}
  operator Value() const { return value; }
  bool isFloat() const { return isa<FloatType>(value.getType()); }
  Scalar constant(double number) const { return with(scalarConstant(*builder, loc, value.getType(), number)); }
  Scalar with(Value other) const {
    Scalar result(*builder, loc, other);
    result.approximate = approximate;
    return result;
  }

  OpBuilder *builder;
  Location loc;
  Value value;
  bool approximate = false; ///< an f64 that an f32 is computed in: its functions need the digits of an f32 and some more
};

template <typename FloatOp, typename IntOp> Scalar applyBinary(Scalar a, Scalar b) {
  if (a.isFloat())
    return a.with(FloatOp::create(*a.builder, a.loc, a.value, b.value));
  return a.with(IntOp::create(*a.builder, a.loc, a.value, b.value));
}
inline Scalar operator+(Scalar a, Scalar b) { return applyBinary<arith::AddFOp, arith::AddIOp>(a, b); }
inline Scalar operator-(Scalar a, Scalar b) { return applyBinary<arith::SubFOp, arith::SubIOp>(a, b); }
inline Scalar operator*(Scalar a, Scalar b) { return applyBinary<arith::MulFOp, arith::MulIOp>(a, b); }
inline Scalar operator/(Scalar a, Scalar b) { return a.with(arith::DivFOp::create(*a.builder, a.loc, a.value, b.value)); }
inline Scalar operator-(Scalar a) { return a.with(arith::NegFOp::create(*a.builder, a.loc, a.value)); }
inline Scalar operator+(Scalar a, double b) { return a + a.constant(b); }
inline Scalar operator-(Scalar a, double b) { return a - a.constant(b); }
inline Scalar operator*(Scalar a, double b) { return a * a.constant(b); }
inline Scalar operator/(Scalar a, double b) { return a / a.constant(b); }
inline Scalar operator+(double a, Scalar b) { return b.constant(a) + b; }
inline Scalar operator-(double a, Scalar b) { return b.constant(a) - b; }
inline Scalar operator*(double a, Scalar b) { return b.constant(a) * b; }
inline Scalar operator/(double a, Scalar b) { return b.constant(a) / b; }

/// Ordered comparisons: false where an operand is NaN; `notEqual` is true there (IEEE 754).
inline Scalar compare(Scalar a, Scalar b, arith::CmpFPredicate onFloats, arith::CmpIPredicate onIntegers) {
  if (a.isFloat())
    return a.with(arith::CmpFOp::create(*a.builder, a.loc, onFloats, a.value, b.value));
  return a.with(arith::CmpIOp::create(*a.builder, a.loc, onIntegers, a.value, b.value));
}
inline Scalar operator<(Scalar a, Scalar b) { return compare(a, b, arith::CmpFPredicate::OLT, arith::CmpIPredicate::slt); }
inline Scalar operator<=(Scalar a, Scalar b) { return compare(a, b, arith::CmpFPredicate::OLE, arith::CmpIPredicate::sle); }
inline Scalar operator>(Scalar a, Scalar b) { return compare(a, b, arith::CmpFPredicate::OGT, arith::CmpIPredicate::sgt); }
inline Scalar operator>=(Scalar a, Scalar b) { return compare(a, b, arith::CmpFPredicate::OGE, arith::CmpIPredicate::sge); }
inline Scalar equal(Scalar a, Scalar b) { return compare(a, b, arith::CmpFPredicate::OEQ, arith::CmpIPredicate::eq); }
inline Scalar notEqual(Scalar a, Scalar b) { return compare(a, b, arith::CmpFPredicate::UNE, arith::CmpIPredicate::ne); }
inline Scalar operator<(Scalar a, double b) { return a < a.constant(b); }
inline Scalar operator<=(Scalar a, double b) { return a <= a.constant(b); }
inline Scalar operator>(Scalar a, double b) { return a > a.constant(b); }
inline Scalar operator>=(Scalar a, double b) { return a >= a.constant(b); }

inline Scalar select(Scalar condition, Scalar yes, Scalar no) {
  return yes.with(arith::SelectOp::create(*yes.builder, yes.loc, condition.value, yes.value, no.value));
}
inline Scalar select(Scalar condition, double yes, Scalar no) { return select(condition, no.constant(yes), no); }
inline Scalar select(Scalar condition, Scalar yes, double no) { return select(condition, yes, yes.constant(no)); }

template <typename Op> Scalar applyMath(Scalar x) {
  auto flags = x.approximate ? arith::FastMathFlags::afn : arith::FastMathFlags::none;
  return x.with(Op::create(*x.builder, x.loc, x.value, flags));
}
inline Scalar exp(Scalar x) { return applyMath<math::ExpOp>(x); }
inline Scalar expm1(Scalar x) { return applyMath<math::ExpM1Op>(x); }
inline Scalar log(Scalar x) { return applyMath<math::LogOp>(x); }
inline Scalar log1p(Scalar x) { return applyMath<math::Log1pOp>(x); }
inline Scalar sqrt(Scalar x) { return applyMath<math::SqrtOp>(x); }
inline Scalar tanh(Scalar x) { return applyMath<math::TanhOp>(x); }
inline Scalar exp2(Scalar x) { return applyMath<math::Exp2Op>(x); }
inline Scalar log2(Scalar x) { return applyMath<math::Log2Op>(x); }
inline Scalar log10(Scalar x) { return applyMath<math::Log10Op>(x); }
inline Scalar sin(Scalar x) { return applyMath<math::SinOp>(x); }
inline Scalar cos(Scalar x) { return applyMath<math::CosOp>(x); }
inline Scalar tan(Scalar x) { return applyMath<math::TanOp>(x); }
inline Scalar asin(Scalar x) { return applyMath<math::AsinOp>(x); }
inline Scalar acos(Scalar x) { return applyMath<math::AcosOp>(x); }
inline Scalar atan(Scalar x) { return applyMath<math::AtanOp>(x); }
inline Scalar sinh(Scalar x) { return applyMath<math::SinhOp>(x); }
inline Scalar cosh(Scalar x) { return applyMath<math::CoshOp>(x); }
inline Scalar asinh(Scalar x) { return applyMath<math::AsinhOp>(x); }
inline Scalar acosh(Scalar x) { return applyMath<math::AcoshOp>(x); }
inline Scalar atanh(Scalar x) { return applyMath<math::AtanhOp>(x); }
inline Scalar erf(Scalar x) { return applyMath<math::ErfOp>(x); }
inline Scalar erfc(Scalar x) { return applyMath<math::ErfcOp>(x); }
inline Scalar floor(Scalar x) { return applyMath<math::FloorOp>(x); }
inline Scalar ceil(Scalar x) { return applyMath<math::CeilOp>(x); }
inline Scalar trunc(Scalar x) { return applyMath<math::TruncOp>(x); }
inline Scalar roundEven(Scalar x) { return applyMath<math::RoundEvenOp>(x); }
inline Scalar abs(Scalar x) { return applyMath<math::AbsFOp>(x); }
inline Scalar pow(Scalar x, Scalar y) { return x.with(math::PowFOp::create(*x.builder, x.loc, x.value, y.value)); }
/// NaN in either operand gives NaN, as PyTorch's maximum does.
inline Scalar maximum(Scalar a, Scalar b) { return applyBinary<arith::MaximumFOp, arith::MaxSIOp>(a, b); }
inline Scalar minimum(Scalar a, Scalar b) { return applyBinary<arith::MinimumFOp, arith::MinSIOp>(a, b); }
inline Scalar maximum(Scalar a, double b) { return maximum(a, a.constant(b)); }
inline Scalar minimum(Scalar a, double b) { return minimum(a, a.constant(b)); }
/// x within [low, high]; NaN stays NaN.
inline Scalar clamp(Scalar x, double low, double high) { return minimum(maximum(x, low), high); }

/// body(x), computed in f64 where x is an f32: for formulas that lose digits on their way.
template <typename Body> Scalar inDouble(Scalar x, Body body) {
  if (!x.value.getType().isF32())
    return body(x);
  Scalar wide = x.with(arith::ExtFOp::create(*x.builder, x.loc, x.builder->getF64Type(), x.value));
  wide.approximate = true;
  return x.with(arith::TruncFOp::create(*x.builder, x.loc, x.value.getType(), body(wide).value));
}
/// Both i1.
inline Scalar logicalAnd(Scalar a, Scalar b) { return a.with(arith::AndIOp::create(*a.builder, a.loc, a.value, b.value)); }
inline Scalar logicalOr(Scalar a, Scalar b) { return a.with(arith::OrIOp::create(*a.builder, a.loc, a.value, b.value)); }
inline Scalar logicalNot(Scalar a) {
  return a.with(arith::XOrIOp::create(*a.builder, a.loc, a.value, a.constant(1).value));
}

} // namespace mlir::mimo
