#include "Minimize.h"

#include "mimo/IR/Expr.h"
#include "mimo/IR/Objectives.h"
#include "mimoc/Autodiff.h"

using namespace mlir;
using mimo::Expr;

namespace mimoc {

static const mimo::BalancingRule::Concept &ruleOf(mimo::BalanceOp balance) {
  auto name = RegisteredOperationName::lookup(("mimo." + balance.getRule()).str(), balance.getContext());
  return *name->getInterface<mimo::BalancingRule>();
}

/// The rule's op on `operands`, with the random state where it draws.
static Operation *applyRule(EntryBuilder &entry, mimo::BalanceOp balance, SmallVector<Value> operands, ArrayRef<Type> types) {
  if (balance.getRng())
    operands.push_back(entry.at(balance.getRng()));
  OperationState state(balance.getLoc(), "mimo." + balance.getRule().str(), operands, types, balance.getSettings().getValue());
  return entry.builder.create(state);
}

namespace {

/// Differentiates the terms of one entry point.
///
/// A rule of losses makes one value of its losses, and the rest is reverse mode. A rule of gradients needs every loss's
/// cotangent at the values that the losses share: losses are differentiated one by one down to there, the inner products of
/// what arrives give the weights, and one pass goes on from the weighted sums. What a loss reaches on other ways, its head
/// above all, gets its gradient unweighted. (Sener and Koltun, NeurIPS 2018, section 3.3: gradients at the representation.)
class Minimize {
public:
  Minimize(EntryBuilder &entry, ArrayRef<Weighed> terms, ValueRange parameters)
      : entry(entry), builder(entry.builder), terms(terms), parameters(parameters) {}

  SmallVector<Value> run(ArrayRef<mimo::BalanceOp> balances) {
    SmallVector<Value> objectives, cotangents;
    for (const Weighed &term : terms)
      if (llvm::none_of(balances, [&](mimo::BalanceOp balance) { return contains(balance, term); })) {
        objectives.push_back(term.value);
        cotangents.push_back(term.coefficient);
      }
    // The block must hold the values that are differentiated before reverse mode looks at it.
    for (mimo::BalanceOp balance : balances)
      if (!ruleOf(balance).weighsGradients()) {
        objectives.push_back(combine(balance));
        cotangents.push_back(one(objectives.back()));
      }
    ReverseMode whole(builder, entry.block(), parameters);
    SmallVector<Value> apart(parameters.size());
    for (mimo::BalanceOp balance : balances)
      if (ruleOf(balance).weighsGradients())
        seedWeighted(balance, whole, apart);
    for (auto [objective, cotangent] : llvm::zip_equal(objectives, cotangents))
      whole.seed(objective, cotangent);
    whole.run();
    for (auto [parameter, gradient] : llvm::zip_equal(parameters, apart))
      gradient = add(gradient, whole.gradientOf(parameter));
    return apart;
  }

private:
  static bool contains(mimo::BalanceOp balance, const Weighed &term) {
    return llvm::any_of(balance.getTerms().getAsValueRange<StringAttr>(), [&](StringRef name) { return name == term.name; });
  }

  Value one(Value like) {
    return mimo::buildConstant(builder, like.getLoc(), 1, cast<RankedTensorType>(like.getType()).getElementType());
  }

  Value add(Value a, Value b) {
    if (!a || !b)
      return a ? a : b;
    return Expr(builder, a.getLoc(), a) + Expr(builder, b.getLoc(), b);
  }

  SmallVector<Weighed> termsOf(mimo::BalanceOp balance) {
    return llvm::map_to_vector(balance.getTerms().getAsValueRange<StringAttr>(), [&](StringRef name) {
      return *llvm::find_if(terms, [&](const Weighed &term) { return term.name == name; });
    });
  }

  /// What a rule of losses makes of its losses, each times its coefficient.
  Value combine(mimo::BalanceOp balance) {
    SmallVector<Value> operands;
    for (const Weighed &term : termsOf(balance))
      operands.push_back(Expr(builder, balance.getLoc(), term.coefficient) * Expr(builder, balance.getLoc(), term.value));
    for (Value kept : balance.getState())
      operands.push_back(entry.at(kept));
    return applyRule(entry, balance, operands, operands[0].getType())->getResult(0);
  }

  /// Cotangents at the shared values, in their order; null where the loss does not arrive.
  using Cotangents = SmallVector<Value>;

  /// The loss's cotangents on the ways that meet no other shared value; adds to `apart` what it gives parameters directly.
  Cotangents differentiateAlone(const Weighed &term, ValueRange shared, SmallVector<Value> &apart) {
    SmallVector<Value> wanted(parameters);
    wanted.append(shared.begin(), shared.end());
    ReverseMode alone(builder, entry.block(), wanted);
    alone.stopAt(shared);
    alone.seed(term.value, term.coefficient);
    alone.run();
    for (auto [parameter, gradient] : llvm::zip_equal(parameters, apart))
      if (!llvm::is_contained(shared, parameter))
        gradient = add(gradient, alone.gradientOf(parameter));
    return llvm::map_to_vector(shared, [&](Value value) { return alone.gradientOf(value); });
  }

  /// The same on all ways: also those that lead from one shared value to another.
  Cotangents complete(const Cotangents &direct, ValueRange shared) {
    ReverseMode between(builder, entry.block(), shared);
    for (auto [value, cotangent] : llvm::zip_equal(shared, direct))
      if (cotangent)
        between.seed(value, cotangent);
    between.run();
    return llvm::map_to_vector(shared, [&](Value value) { return between.gradientOf(value); });
  }

  /// <a, b> over all shared values, in f64.
  Value innerProduct(Location loc, const Cotangents &a, const Cotangents &b) {
    Type f64 = builder.getF64Type();
    Value sum;
    for (auto [x, y] : llvm::zip_equal(a, b))
      if (x && y)
        sum = add(sum, mimo::sumAll(mimo::convert(Expr(builder, loc, x), f64) * mimo::convert(Expr(builder, loc, y), f64)));
    return sum ? sum : mimo::buildConstant(builder, loc, 0, f64);
  }

  SmallVector<Value> weightsOf(mimo::BalanceOp balance, ArrayRef<Cotangents> gradients) {
    SmallVector<Value> products;
    for (size_t k = 0; k < gradients.size(); ++k)
      for (size_t l = k; l < gradients.size(); ++l)
        products.push_back(innerProduct(balance.getLoc(), gradients[k], gradients[l]));
    SmallVector<Type> types(gradients.size(), products[0].getType());
    return SmallVector<Value>(applyRule(entry, balance, products, types)->getResults());
  }

  void seedWeighted(mimo::BalanceOp balance, ReverseMode &whole, SmallVector<Value> &apart) {
    SmallVector<Value> shared = llvm::map_to_vector(balance.getShared(), [&](Value value) { return entry.at(value); });
    SmallVector<Cotangents> direct, all;
    for (const Weighed &term : termsOf(balance))
      direct.push_back(differentiateAlone(term, shared, apart));
    for (const Cotangents &cotangents : direct)
      all.push_back(complete(cotangents, shared));
    SmallVector<Value> weights = weightsOf(balance, all);
    for (auto [i, value] : llvm::enumerate(shared)) {
      Value sum;
      for (auto [weight, cotangents] : llvm::zip_equal(weights, direct))
        if (cotangents[i]) {
          Expr cotangent(builder, balance.getLoc(), cotangents[i]);
          sum = add(sum, mimo::convert(Expr(builder, balance.getLoc(), weight), cotangent.type().getElementType()) * cotangent);
        }
      if (sum)
        whole.seed(value, sum);
    }
  }

  EntryBuilder &entry;
  OpBuilder &builder;
  ArrayRef<Weighed> terms;
  ValueRange parameters;
};

} // namespace

SmallVector<Value> differentiateMinimize(EntryBuilder &entry, ArrayRef<Weighed> terms, ArrayRef<mimo::BalanceOp> balances,
                                         ValueRange parameters) {
  return Minimize(entry, terms, parameters).run(balances);
}

} // namespace mimoc
