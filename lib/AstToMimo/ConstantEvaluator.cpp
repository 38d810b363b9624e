#include "ConstantEvaluator.h"

#include "mimo/IR/Signature.h"
#include "llvm/Support/MathExtras.h"

#include <cmath>
#include <fmt/format.h>
#include <limits>

namespace mimoc {

using ast::BinaryOp;
using ast::UnaryOp;

namespace {

Computed refuse(std::string problem) { return {Datum(), std::move(problem)}; }

std::string spelled(BinaryOp op) { return ast::spelling(op).str(); }

//===- Integers ----------------------------------------------------------------------------------------------------===//

Computed overflow(BinaryOp op, int64_t a, int64_t b) {
  return refuse(fmt::format("{} {} {} does not fit in 64 bits", a, spelled(op), b));
}

/// The quotient rounded towards minus infinity; b is not 0 and the quotient fits.
int64_t floorQuotient(int64_t a, int64_t b) {
  int64_t quotient = a / b;
  bool roundedUp = a % b != 0 && (a < 0) != (b < 0);
  return roundedUp ? quotient - 1 : quotient;
}

/// What floorQuotient leaves: it has the sign of b.
int64_t floorRemainder(int64_t a, int64_t b) {
  int64_t remainder = a % b;
  bool wrongSign = remainder != 0 && (remainder < 0) != (b < 0);
  return wrongSign ? remainder + b : remainder;
}

/// base^exponent by repeated squaring; nothing if it does not fit. exponent >= 0.
std::optional<int64_t> integerPower(int64_t base, int64_t exponent) {
  int64_t result = 1;
  while (true) {
    if (exponent % 2 && llvm::MulOverflow(result, base, result))
      return std::nullopt;
    exponent /= 2;
    if (exponent == 0)
      return result;
    if (llvm::MulOverflow(base, base, base))
      return std::nullopt;
  }
}

Computed divideIntegers(BinaryOp op, int64_t a, int64_t b) {
  if (b == 0)
    return refuse(fmt::format("{} {} 0: division by zero", a, spelled(op)));
  if (op == BinaryOp::Divide)
    return {Datum::real(static_cast<double>(a) / static_cast<double>(b)), {}};
  if (b == -1 && op == BinaryOp::Remainder)
    return {Datum::integer(0), {}};
  if (b == -1 && a == std::numeric_limits<int64_t>::min()) // the one quotient that does not fit
    return overflow(op, a, b);
  return {Datum::integer(op == BinaryOp::FloorDivide ? floorQuotient(a, b) : floorRemainder(a, b)), {}};
}

Computed raiseInteger(int64_t base, int64_t exponent) {
  if (exponent >= 0) {
    if (std::optional<int64_t> power = integerPower(base, exponent))
      return {Datum::integer(*power), {}};
    return overflow(BinaryOp::Power, base, exponent);
  }
  if (base == 0)
    return refuse(fmt::format("0 ** {}: division by zero", exponent));
  return {Datum::real(std::pow(static_cast<double>(base), static_cast<double>(exponent))), {}};
}

Computed computeIntegers(BinaryOp op, int64_t a, int64_t b) {
  int64_t result = 0;
  auto unless = [&](bool overflows) { return overflows ? overflow(op, a, b) : Computed{Datum::integer(result), {}}; };
  switch (op) {
  case BinaryOp::Add: return unless(llvm::AddOverflow(a, b, result));
  case BinaryOp::Subtract: return unless(llvm::SubOverflow(a, b, result));
  case BinaryOp::Multiply: return unless(llvm::MulOverflow(a, b, result));
  case BinaryOp::Divide: case BinaryOp::FloorDivide: case BinaryOp::Remainder: return divideIntegers(op, a, b);
  case BinaryOp::Power: return raiseInteger(a, b);
  case BinaryOp::Equal: return {Datum::flag(a == b), {}};
  case BinaryOp::NotEqual: return {Datum::flag(a != b), {}};
  case BinaryOp::Less: return {Datum::flag(a < b), {}};
  case BinaryOp::LessEqual: return {Datum::flag(a <= b), {}};
  case BinaryOp::Greater: return {Datum::flag(a > b), {}};
  case BinaryOp::GreaterEqual: return {Datum::flag(a >= b), {}};
  case BinaryOp::And: case BinaryOp::Or: break;
  }
  return {};
}

//===- Real numbers ------------------------------------------------------------------------------------------------===//

Computed finite(BinaryOp op, double a, double b, double result) {
  if (std::isfinite(result))
    return {Datum::real(result), {}};
  return refuse(mlir::mimo::describe(a) + " " + spelled(op) + " " + mlir::mimo::describe(b) + " is not a finite number");
}

Computed computeReals(BinaryOp op, double a, double b) {
  bool divides = op == BinaryOp::Divide || op == BinaryOp::FloorDivide || op == BinaryOp::Remainder;
  if (divides && b == 0)
    return refuse(mlir::mimo::describe(a) + " " + spelled(op) + " 0: division by zero");
  switch (op) {
  case BinaryOp::Add: return finite(op, a, b, a + b);
  case BinaryOp::Subtract: return finite(op, a, b, a - b);
  case BinaryOp::Multiply: return finite(op, a, b, a * b);
  case BinaryOp::Divide: return finite(op, a, b, a / b);
  case BinaryOp::FloorDivide: return finite(op, a, b, std::floor(a / b));
  case BinaryOp::Remainder: return finite(op, a, b, a - b * std::floor(a / b));
  case BinaryOp::Power: return finite(op, a, b, std::pow(a, b));
  case BinaryOp::Equal: return {Datum::flag(a == b), {}};
  case BinaryOp::NotEqual: return {Datum::flag(a != b), {}};
  case BinaryOp::Less: return {Datum::flag(a < b), {}};
  case BinaryOp::LessEqual: return {Datum::flag(a <= b), {}};
  case BinaryOp::Greater: return {Datum::flag(a > b), {}};
  case BinaryOp::GreaterEqual: return {Datum::flag(a >= b), {}};
  case BinaryOp::And: case BinaryOp::Or: break;
  }
  return {};
}

//===- Everything else ---------------------------------------------------------------------------------------------===//

/// Whether two values are the same; nothing where they cannot be compared.
std::optional<bool> equal(const Datum &a, const Datum &b) {
  if (a.asNumber() && b.asNumber())
    return a.asInteger() && b.asInteger() ? *a.asInteger() == *b.asInteger() : *a.asNumber() == *b.asNumber();
  if (a.asFlag() && b.asFlag())
    return *a.asFlag() == *b.asFlag();
  if (a.asText() && b.asText())
    return *a.asText() == *b.asText();
  if (a.isRunTimeSize() && b.isRunTimeSize() && *a.asRunTimeSize() == *b.asRunTimeSize())
    return true; // two dimensions may be equally long in one call and not in the next
  const Datum::List *left = a.asList(), *right = b.asList();
  if (!left || !right)
    return std::nullopt;
  if (left->size() != right->size())
    return false;
  for (size_t i = 0; i < left->size(); ++i)
    if (!equal((*left)[i], (*right)[i]).value_or(false))
      return false;
  return true;
}

Computed doesNotApply(llvm::StringRef op, std::string operands) {
  return refuse(("'" + op + "' does not apply to " + operands).str());
}

} // namespace

Computed computeUnary(UnaryOp op, const Datum &operand) {
  if (op == UnaryOp::Not && operand.asFlag())
    return {Datum::flag(!*operand.asFlag()), {}};
  if (op == UnaryOp::Negate && operand.asInteger()) {
    if (*operand.asInteger() == std::numeric_limits<int64_t>::min())
      return refuse(fmt::format("-({}) does not fit in 64 bits", *operand.asInteger()));
    return {Datum::integer(-*operand.asInteger()), {}};
  }
  if (op == UnaryOp::Negate && operand.asNumber())
    return {Datum::real(-*operand.asNumber()), {}};
  if (operand.isRunTimeSize())
    return refuse(operand.describe() + " is known at run time only");
  return doesNotApply(ast::spelling(op), operand.describe());
}

Computed computeBinary(BinaryOp op, const Datum &left, const Datum &right) {
  if (op == BinaryOp::Equal || op == BinaryOp::NotEqual)
    if (std::optional<bool> same = equal(left, right))
      return {Datum::flag(*same == (op == BinaryOp::Equal)), {}};
  if (left.isRunTimeSize() || right.isRunTimeSize())
    return refuse((left.isRunTimeSize() ? left : right).describe() + " is known at run time only");
  if (op == BinaryOp::And || op == BinaryOp::Or) {
    if (left.asFlag() && right.asFlag())
      return {Datum::flag(op == BinaryOp::And ? *left.asFlag() && *right.asFlag() : *left.asFlag() || *right.asFlag()), {}};
  } else if (left.asInteger() && right.asInteger()) {
    return computeIntegers(op, *left.asInteger(), *right.asInteger());
  } else if (left.asNumber() && right.asNumber()) {
    return computeReals(op, *left.asNumber(), *right.asNumber());
  }
  return doesNotApply(ast::spelling(op), left.describe() + " and " + right.describe());
}

} // namespace mimoc
