#include "mimo/IR/Equation.h"

using namespace mlir;
using namespace mlir::mimo;

static RankedTensorType tensorType(Value value) { return cast<RankedTensorType>(value.getType()); }

namespace {
bool has(StringRef letters, char letter) { return letters.contains(letter); }

/// The letters of `letters` for which `keep` holds, in their order.
std::string filter(StringRef letters, llvm::function_ref<bool(char)> keep) {
  std::string kept;
  llvm::copy_if(letters, std::back_inserter(kept), keep);
  return kept;
}

/// A tensor and the letters of its dimensions.
struct Term {
  Value value;
  std::string letters;

  char last() const { return letters.empty() ? 0 : letters.back(); }
};

class EquationLowering {
public:
  EquationLowering(OpBuilder &b, Location loc) : b(b), loc(loc) {}

  Value run(const Equation &equation, ValueRange operands, RankedTensorType type, Value init) {
    SmallVector<Term> terms;
    for (auto [letters, operand] : llvm::zip_equal(equation.operands, operands))
      terms.push_back(dropUnits({operand, letters}));
    result = filter(equation.result, [&](char c) { return llvm::any_of(terms, [&](Term &t) { return has(t.letters, c); }); });
    for (auto [i, term] : llvm::enumerate(terms))
      term = sumAlone(term, terms.size() == 2 ? terms[1 - i].letters : "");
    Term start = init ? dropUnits({init, equation.result}) : Term{};
    Term product = terms.size() == 1 ? terms[0] : multiply(terms[0], terms[1], start.value);
    return reshapeTensor(b, loc, permute(product, result).value, type);
  }

private:
  /// Dimensions of size 1, which stretch or do nothing, go.
  Term dropUnits(Term term) {
    RankedTensorType type = tensorType(term.value);
    Term kept;
    SmallVector<int64_t> shape;
    for (auto [letter, size] : llvm::zip_equal(term.letters, type.getShape()))
      if (size != 1) {
        kept.letters.push_back(letter);
        shape.push_back(size);
      }
    kept.value = reshapeTensor(b, loc, term.value, type.clone(shape));
    return kept;
  }

  /// Sums over the letters that neither the other operand nor the result has.
  Term sumAlone(Term term, StringRef other) {
    SmallVector<int64_t> axes;
    for (auto [axis, letter] : llvm::enumerate(term.letters))
      if (!has(other, letter) && !has(result, letter))
        axes.push_back(axis);
    if (axes.empty())
      return term;
    Value sum = reduce(b, loc, term.value, axes, tensorType(term.value).getElementType(), 0,
                       [](OpBuilder &inner, Location where, ValueRange args) -> Value {
                         return arith::AddFOp::create(inner, where, args[1], args[0]);
                       });
    return {sum, filter(term.letters, [&](char c) { return has(other, c) || has(result, c); })};
  }

  Term permute(Term term, StringRef order) {
    if (term.letters == order)
      return term;
    SmallVector<int64_t> permutation, shape;
    for (char letter : order) {
      permutation.push_back(StringRef(term.letters).find(letter));
      shape.push_back(tensorType(term.value).getDimSize(permutation.back()));
    }
    Value empty = emptyTensor(b, loc, tensorType(term.value).clone(shape), term.value);
    return {linalg::TransposeOp::create(b, loc, term.value, empty, permutation)->getResult(0), order.str()};
  }

  Term multiply(Term x, Term y, Value init) {
    auto isSum = [&](char c) { return !has(result, c); };
    auto isFree = [&](char c) { return has(result, c) && has(x.letters, c) != has(y.letters, c); };
    bool sums = llvm::any_of(x.letters, isSum);
    if (!sums && !init) // element by element: both are read in the order of the result
      return contract(permute(x, filter(result, [&](char c) { return has(x.letters, c); })),
                      permute(y, filter(result, [&](char c) { return has(y.letters, c); })), result, "", init);
    if (llvm::none_of(x.letters, isFree) && llvm::none_of(y.letters, isFree)) // dot products
      return contract(x, permute(y, x.letters), result, filter(x.letters, isSum), init);
    // The last dimension of what is computed is one that a single operand has, which becomes the right one.
    std::string rows = result;
    if (!isFree(rows.back())) {
      char column = *llvm::find_if(llvm::reverse(rows), isFree);
      rows = filter(rows, [&](char c) { return c != column; }) + column;
    }
    bool rightIsY = has(y.letters, rows.back());
    return multiplyRows(rightIsY ? x : y, rightIsY ? y : x, rows, init);
  }

  /// left * right, where the last letter of `rows` belongs to `right`.
  Term multiplyRows(Term left, Term right, StringRef rows, Value init) {
    auto isSum = [&](char c) { return !has(result, c); };
    auto isBoth = [&](char c) { return has(left.letters, c) && has(right.letters, c) && has(result, c); };
    bool isMatrixVector = llvm::all_of(left.letters, [&](char c) { return isSum(c) || isBoth(c); });
    std::string batch = filter(rows, isBoth);
    if (isMatrixVector && right.last() != rows.back() && isSum(right.last())) {
      // Copying the matrix would cost as much as the product: dot products along its rows instead.
      std::string sums = filter(right.letters, isSum);
      return contract(permute(left, batch + sums), right, rows, sums, init);
    }
    if (isBoth(left.last()))
      left = permute(left, batch + filter(left.letters, [&](char c) { return !isBoth(c); }));
    std::string sums = filter(left.letters, isSum);
    if (right.last() != rows.back())
      right = permute(right, batch + sums + filter(rows, [&](char c) { return has(right.letters, c) && !isBoth(c); }));
    return contract(left, right, rows, sums, init);
  }

  AffineMap mapOf(StringRef letters, StringRef loops) {
    SmallVector<AffineExpr> exprs;
    for (char letter : letters)
      exprs.push_back(b.getAffineDimExpr(loops.find(letter)));
    return AffineMap::get(loops.size(), 0, exprs, b.getContext());
  }

  RankedTensorType typeOf(StringRef letters, const Term &x, const Term &y) {
    SmallVector<int64_t> shape;
    for (char letter : letters) {
      const Term &owner = has(x.letters, letter) ? x : y;
      shape.push_back(tensorType(owner.value).getDimSize(StringRef(owner.letters).find(letter)));
    }
    return tensorType(x.value).clone(shape);
  }

  /// One loop nest over `rows`, then `sums`.
  Term contract(Term x, Term y, StringRef rows, StringRef sums, Value init) {
    std::string loops = (rows + sums).str();
    RankedTensorType type = typeOf(rows, x, y);
    bool accumulates = !sums.empty() || init;
    if (!init)
      init = sums.empty() ? emptyTensor(b, loc, type, {x.value, y.value}) : filledTensor(b, loc, type, {x.value, y.value}, 0);
    else
      init = permute({init, result}, rows).value;
    SmallVector<utils::IteratorType> iterators(rows.size(), utils::IteratorType::parallel);
    iterators.append(sums.size(), utils::IteratorType::reduction);
    SmallVector<AffineMap> maps{mapOf(x.letters, loops), mapOf(y.letters, loops), mapOf(rows, loops)};
    auto generic = linalg::GenericOp::create(
        b, loc, type, ValueRange{x.value, y.value}, init, maps, iterators, [&](OpBuilder &inner, Location where, ValueRange args) {
          Value sum = accumulates ? addProduct(inner, where, args) : arith::MulFOp::create(inner, where, args[0], args[1]).getResult();
          linalg::YieldOp::create(inner, where, sum);
        });
    return {generic.getResult(0), rows.str()};
  }

  OpBuilder &b;
  Location loc;
  std::string result; ///< the letters of the result that are not of size 1
};
} // namespace

Value mimo::emitEquation(OpBuilder &b, Location loc, const Equation &equation, ValueRange operands, RankedTensorType type, Value init) {
  return EquationLowering(b, loc).run(equation, operands, type, init);
}
