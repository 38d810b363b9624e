// Which dimensions of the operands and the result of a product belong together, in the notation of Einstein's sums:
// "bij,bjk->bik" names every dimension by a letter, and sums over the letters that the result does not have.
#pragma once

#include "mimo/IR/LinalgBuilders.h"
#include "mimo/IR/Mimo.h"

namespace mlir::mimo {

struct Equation {
  SmallVector<std::string> operands; ///< one letter a dimension
  std::string result;

  /// "bij,bjk->bik"
  std::string text() const;
};

/// Reads NumPy's notation: blanks mean nothing; without "->" the result has the letters that occur once, in alphabetical
/// order; "..." stands for the dimensions that have no letter, aligned at their end. The equation that comes back has a
/// letter for each of these, too. Refuses, in the words of `op`, what does not fit the ranks of the operands; a letter twice in one
/// operand, too, unless it says `diagonals`.
FailureOr<Equation> parseEquation(std::optional<Location> loc, StringRef op, StringRef text, ValueRange operands, bool diagonals = false);

/// The equation of a product of matrices [..., rows, columns] whose leading dimensions broadcast. A vector on the left is a
/// row, one on the right a column, and the result lacks what it lacks.
Equation matmulEquation(Value a, Value b, bool transposeA, bool transposeB);

/// The size of every letter: dimensions of size 1 stretch. Refuses sizes that differ.
FailureOr<llvm::SmallMapVector<char, int64_t, 8>> sizesOfLetters(std::optional<Location> loc, StringRef op, const Equation &equation,
                                                                ValueRange operands);

/// The type of the result; refuses a batch that is not its first dimension.
LogicalResult inferEquation(std::optional<Location> loc, StringRef op, const Equation &equation, ValueRange operands,
                            SmallVectorImpl<Type> &types);

/// The cotangents of one or two operands: sums of products of the other operand and `cotangent`.
SmallVector<Value> equationVjp(OpBuilder &builder, Location loc, const Equation &equation, ValueRange operands, Value cotangent,
                               ArrayRef<bool> needed);

/// The equation of one or two floating-point operands in linalg. Products come out in the form that is computed in
/// tiles: what walks along the rows of the result is contiguous, by a transposition where it is not. Accumulates onto
/// `init`, of the result's type, where there is one.
Value emitEquation(OpBuilder &b, Location loc, const Equation &equation, ValueRange operands, RankedTensorType type, Value init = {});

} // namespace mlir::mimo
