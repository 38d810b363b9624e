// Arithmetic on what is known at compile time: sizes, coefficients, conditions. Pure functions; private to AstToMimo.
#pragma once

#include "Datum.h"
#include "mimoc/Ast.h"

namespace mimoc {

/// A value, or the reason why there is none ("4 // 0: division by zero").
struct Computed {
  Datum value;
  std::string problem;
};

/// Integers stay integers but for `/`, which is true division; `//` and `%` round towards minus infinity, as in Python.
/// 64-bit overflow, division by zero and results that are not finite are problems. No operand is a tensor or failed.
Computed computeUnary(ast::UnaryOp op, const Datum &operand);
Computed computeBinary(ast::BinaryOp op, const Datum &left, const Datum &right);

} // namespace mimoc
