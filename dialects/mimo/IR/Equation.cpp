#include "mimo/IR/Equation.h"
#include "mimo/IR/Expr.h"
#include "mimo/IR/Inference.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace mlir::mimo;

static RankedTensorType tensorType(Value value) { return cast<RankedTensorType>(value.getType()); }

std::string Equation::text() const { return llvm::join(operands, ",") + "->" + result; }

//===- Reading --------------------------------------------------------------------------------------------------===//

namespace {
class EquationParser {
public:
  EquationParser(std::optional<Location> loc, StringRef op, StringRef text, ValueRange operands, bool diagonals)
      : loc(loc), op(op), text(text), operands(operands), diagonals(diagonals) {
    llvm::copy_if(text, std::back_inserter(compact), [](char c) { return !llvm::isSpace(c); });
    // Letters that the text does not use stand for what "..." covers, the first for the last dimension.
    for (char letter : StringRef("zyxwvutsrqponmlkjihgfedcbaZYXWVUTSRQPONMLKJIHGFEDCBA"))
      if (!StringRef(compact).contains(letter))
        unused.push_back(letter);
  }

  FailureOr<Equation> run() {
    auto [left, right] = StringRef(compact).split("->");
    bool hasResult = StringRef(compact).contains("->");
    SmallVector<StringRef> parts;
    left.split(parts, ',');
    if (parts.size() != operands.size())
      return fail("names " + Twine(parts.size()) + (parts.size() == 1 ? " operand" : " operands") + ", and there are " + Twine(operands.size()));
    for (auto [part, operand] : llvm::zip_equal(parts, operands)) {
      auto letters = readOperand(part, operand);
      if (failed(letters))
        return failure();
      equation.operands.push_back(std::move(*letters));
    }
    if (failed(hasResult ? readResult(right) : impliedResult()))
      return failure();
    return equation;
  }

private:
  InFlightDiagnostic error(const Twine &why) { return emitError(*loc) << op << ": \"" << text << "\" " << why; }
  LogicalResult fail(const Twine &why) { return loc ? LogicalResult(error(why)) : failure(); }

  std::string covered(int64_t count) const { return std::string(unused.rend() - count, unused.rend()); }

  /// The letters of one operand; `ellipsis` counts the dimensions that "..." stands for.
  FailureOr<std::string> readOperand(StringRef part, Value operand) {
    auto [before, after] = part.split("...");
    bool hasEllipsis = part.contains("...");
    if (failed(checkLetters(before)) || failed(checkLetters(after)))
      return failure();
    int64_t rank = tensorType(operand).getRank(), named = before.size() + after.size(), rest = rank - named;
    if (hasEllipsis ? rest < 0 : rest != 0)
      return fail("has " + Twine(named) + " letters for " + describe(operand.getType()));
    if (hasEllipsis && rest > static_cast<int64_t>(unused.size()))
      return fail("uses too many letters");
    ellipsis = std::max(ellipsis, hasEllipsis ? rest : 0);
    std::string letters = before.str() + (hasEllipsis ? covered(rest) : "") + after.str();
    for (char letter : letters)
      if (!diagonals && llvm::count(letters, letter) > 1)
        return fail(Twine("has '") + Twine(letter) + "' twice in one operand: its diagonal is to be taken first");
    return letters;
  }

  LogicalResult checkLetters(StringRef letters) {
    for (char letter : letters)
      if (!llvm::isAlpha(letter))
        return fail(Twine("has '") + Twine(letter) + "' where a letter should be");
    return success();
  }

  LogicalResult readResult(StringRef part) {
    auto [before, after] = part.split("...");
    if (failed(checkLetters(before)) || failed(checkLetters(after)))
      return failure();
    equation.result = before.str() + (part.contains("...") ? covered(ellipsis) : "") + after.str();
    for (char letter : equation.result) {
      if (llvm::count(equation.result, letter) > 1)
        return fail(Twine("has '") + Twine(letter) + "' twice in the result");
      if (llvm::none_of(equation.operands, [&](StringRef operand) { return operand.contains(letter); }))
        return fail(Twine("has '") + Twine(letter) + "' in the result and in no operand");
    }
    return success();
  }

  LogicalResult impliedResult() {
    std::string all = llvm::join(equation.operands, ""), dots = covered(ellipsis), once;
    for (char letter : all)
      if (llvm::count(all, letter) == 1 && !StringRef(dots).contains(letter))
        once.push_back(letter);
    llvm::sort(once);
    equation.result = dots + once;
    return success();
  }

  std::optional<Location> loc;
  StringRef op, text;
  ValueRange operands;
  bool diagonals;
  std::string compact;
  SmallVector<char> unused;
  int64_t ellipsis = 0;
  Equation equation;
};
} // namespace

FailureOr<Equation> mimo::parseEquation(std::optional<Location> loc, StringRef op, StringRef text, ValueRange operands, bool diagonals) {
  return EquationParser(loc, op, text, operands, diagonals).run();
}

//===- Matrices -------------------------------------------------------------------------------------------------===//

/// The letters of a matrix [..., rows, columns]; the leading dimensions are called from the last to the first.
static std::string lettersOf(int64_t rank, char rows, char columns, bool transposed) {
  std::string letters;
  for (int64_t lead = rank - 2; lead > 0; --lead)
    letters.push_back('a' + lead - 1);
  return letters + (transposed ? columns : rows) + (transposed ? rows : columns);
}

Equation mimo::matmulEquation(Value a, Value b, bool transposeA, bool transposeB) {
  int64_t left = tensorType(a).getRank(), right = tensorType(b).getRank();
  std::string lead = lettersOf(std::max<int64_t>({left, right, 2}), 'm', 'n', false);
  lead.resize(lead.size() - 2);
  return {{left == 1 ? "k" : lettersOf(left, 'm', 'k', transposeA), right == 1 ? "k" : lettersOf(right, 'k', 'n', transposeB)},
          lead + (left == 1 ? "" : "m") + (right == 1 ? "" : "n")};
}

//===- Types ----------------------------------------------------------------------------------------------------===//

FailureOr<llvm::SmallMapVector<char, int64_t, 8>> mimo::sizesOfLetters(std::optional<Location> loc, StringRef op,
                                                                      const Equation &equation, ValueRange operands) {
  llvm::SmallMapVector<char, int64_t, 8> sizes;
  llvm::SmallDenseMap<char, Value> givenBy;
  for (auto [letters, operand] : llvm::zip_equal(equation.operands, operands))
    for (auto [letter, size] : llvm::zip_equal(letters, tensorType(operand).getShape())) {
      auto [entry, isNew] = sizes.insert({letter, size});
      int64_t &known = entry->second;
      if (isNew || known == 1) {
        known = size;
        givenBy[letter] = operand;
      }
      if (size != 1 && known != size)
        return refuse(loc, op, describe(givenBy[letter].getType()) + " and " + describe(operand.getType()) +
                                   " have different sizes along '" + Twine(letter) + "' of \"" + equation.text() + "\"", operand);
    }
  return sizes;
}

LogicalResult mimo::inferEquation(std::optional<Location> loc, StringRef op, const Equation &equation, ValueRange operands,
                                  SmallVectorImpl<Type> &types) {
  Type element = tensorType(operands[0]).getElementType();
  for (Value operand : operands) {
    if (!isa<FloatType>(tensorType(operand).getElementType()))
      return refuse(loc, op, "takes floating-point tensors, not " + describe(operand.getType()), operand);
    if (tensorType(operand).getElementType() != element)
      return refuse(loc, op, "operands " + describe(operands[0].getType()) + " and " + describe(operand.getType()) + " have different element types");
  }
  auto sizes = sizesOfLetters(loc, op, equation, operands);
  if (failed(sizes))
    return failure();
  SmallVector<int64_t> shape = llvm::map_to_vector(equation.result, [&](char letter) { return sizes->lookup(letter); });
  auto type = RankedTensorType::get(shape, element);
  if (!isBatchFirst(type))
    return refuse(loc, op, "gives " + describe(type) + ": the batch can only be the first dimension");
  types.push_back(type);
  return success();
}

//===- Gradient -------------------------------------------------------------------------------------------------===//

// C = sum A B, so the cotangent of A is the sum of dC B over the letters that A does not have. Along what only A has and
// the sum took, and along what stretched, it is repeated or summed.
SmallVector<Value> mimo::equationVjp(OpBuilder &builder, Location loc, const Equation &equation, ValueRange operands, Value cotangent,
                                     ArrayRef<bool> needed) {
  auto sizes = sizesOfLetters(loc, "einsum", equation, operands);
  SmallVector<Value> result(operands.size(), nullptr);
  for (size_t i = 0; i < operands.size(); ++i) {
    if (!needed[i])
      continue;
    Equation gradient{{equation.result}, ""};
    SmallVector<Expr> factors{Expr(builder, loc, cotangent)};
    if (operands.size() == 2) {
      gradient.operands.push_back(equation.operands[1 - i]);
      factors.push_back(Expr(builder, loc, operands[1 - i]));
    }
    std::string sources = llvm::join(gradient.operands, "");
    SmallVector<int64_t> dims;
    for (auto [dim, letter] : llvm::enumerate(equation.operands[i])) {
      bool stretched = tensorType(operands[i]).getDimSize(dim) != sizes->lookup(letter);
      if (stretched || !StringRef(sources).contains(letter))
        continue;
      gradient.result.push_back(letter);
      dims.push_back(dim);
    }
    result[i] = broadcastLike(einsum(gradient.text(), factors), operands[i], dims);
  }
  return result;
}
