#include "mimo/Ops/GradientBalancing.h"
#include "mimo/IR/Inference.h"
#include "mimo/Ops/Gram.h"

using namespace mlir;
using namespace mlir::mimo;

/// Every subset of the losses is an active set that is looked at.
static constexpr size_t kMostLosses = 8;

//===- the parts that the rules share ---------------------------------------------------------------------------===//

static LogicalResult requireFew(Location loc, StringRef rule, size_t losses) {
  if (losses <= kMostLosses)
    return success();
  return refuse(loc, rule, "balances at most " + Twine(kMostLosses) + " losses, not " + Twine(losses));
}

/// K of the K (K + 1) / 2 inner products; 0 if there is none.
static int64_t countGradients(size_t products) {
  for (size_t k = 2; k <= kMostLosses; ++k)
    if (k * (k + 1) / 2 == products)
      return static_cast<int64_t>(k);
  return 0;
}

static LogicalResult inferWeights(std::optional<Location> loc, StringRef rule, ValueRange products, SmallVectorImpl<Type> &types) {
  int64_t count = countGradients(products.size());
  if (count == 0)
    return refuse(loc, rule, Twine(products.size()) + " inner products are not those of 2 to " + Twine(kMostLosses) + " gradients");
  types.assign(count, products[0].getType());
  return success();
}

namespace {
/// Inside a loop: its indices (i64), and the inner products.
struct Inside {
  SmallVector<Scalar> at;
  Gram gram;
};
/// What one active set gives.
struct Candidate {
  SmallVector<Scalar> weights;
  Scalar isFeasible, objective;
};

/// The lowering of one rule: a place of emission, and the inner products of `size` gradients.
class Solver {
public:
  using Body = llvm::function_ref<Scalar(const Inside &, ValueRange)>;
  /// The weights that active set `set` (i64, its bits) gives to program `row`.
  using Program = llvm::function_ref<Candidate(const Gram &, Scalar row, Scalar set)>;

  Solver(OpBuilder &b, Location loc, ValueRange products) : b(b), loc(loc), size(countGradients(products.size())) {
    for (Value product : products)
      triangle.push_back(tensor::ExtractOp::create(b, loc, product, ValueRange{}));
  }

  RankedTensorType numbers(ArrayRef<int64_t> shape) { return RankedTensorType::get(shape, b.getF64Type()); }

  /// Weights [rows, size]: of every program those of the feasible active set with the least objective, the first of equals.
  Value minimize(int64_t rows, Program program);

  /// A tensor made element by element; input i is read by maps[i].
  Value generate(RankedTensorType type, ValueRange inputs, ArrayRef<AffineMap> maps, Body body);

  /// The sums of the columns divided by `divisor`, as the results of the op.
  SmallVector<Value> columnSums(Value rows, double divisor);

  OpBuilder &b;
  Location loc;
  int64_t size;

private:
  SmallVector<Value> triangle;
};
} // namespace

Value Solver::generate(RankedTensorType type, ValueRange inputs, ArrayRef<AffineMap> maps, Body body) {
  SmallVector<AffineMap> all(maps);
  all.push_back(b.getMultiDimIdentityMap(type.getRank()));
  SmallVector<utils::IteratorType> parallel(type.getRank(), utils::IteratorType::parallel);
  Value empty = emptyTensor(b, loc, type, {});
  auto generic = linalg::GenericOp::create(
      b, loc, TypeRange{type}, inputs, empty, all, parallel, [&](OpBuilder &inner, Location where, ValueRange args) {
        auto wrap = [&](Value value) { return Scalar(inner, where, value); };
        Inside inside{{}, Gram(llvm::map_to_vector(triangle, wrap), size)};
        for (int64_t dim = 0; dim < type.getRank(); ++dim)
          inside.at.push_back(wrap(arith::IndexCastOp::create(inner, where, inner.getI64Type(), linalg::IndexOp::create(inner, where, dim))));
        linalg::YieldOp::create(inner, where, body(inside, args.drop_back()).value);
      });
  return generic.getResult(0);
}

static Value reduceMin(OpBuilder &b, Location loc, Value x, double identity) {
  Type element = cast<RankedTensorType>(x.getType()).getElementType();
  return reduce(b, loc, x, 1, element, identity, [](OpBuilder &inner, Location where, ValueRange args) -> Value {
    if (isa<FloatType>(args[0].getType()))
      return arith::MinimumFOp::create(inner, where, args[1], args[0]);
    return arith::MinSIOp::create(inner, where, args[1], args[0]);
  });
}

Value Solver::minimize(int64_t rows, Program program) {
  int64_t sets = int64_t(1) << size;
  AffineMap whole = b.getMultiDimIdentityMap(2), row = AffineMap::get(2, 0, b.getAffineDimExpr(0), b.getContext());
  double infinity = std::numeric_limits<double>::infinity();
  Value objectives = generate(numbers({rows, sets}), {}, {}, [&](const Inside &in, ValueRange) {
    Candidate candidate = program(in.gram, in.at[0], in.at[1]);
    return select(candidate.isFeasible, candidate.objective, infinity);
  });
  Value least = reduceMin(b, loc, objectives, infinity);
  auto indices = RankedTensorType::get({rows, sets}, b.getI64Type());
  Value candidates = generate(indices, {objectives, least}, {whole, row}, [&](const Inside &in, ValueRange args) {
    Scalar objective = in.gram.triangle[0].with(args[0]);
    return select(equal(objective, objective.with(args[1])), in.at[1], static_cast<double>(sets));
  });
  Value best = reduceMin(b, loc, candidates, static_cast<double>(sets));
  return generate(numbers({rows, size}), best, row, [&](const Inside &in, ValueRange args) {
    Candidate candidate = program(in.gram, in.at[0], in.at[0].with(args[0]));
    return choose(in.at[1], size, [&](int64_t i) { return candidate.weights[i]; });
  });
}

SmallVector<Value> Solver::columnSums(Value rows, double divisor) {
  Value sums = reduce(b, loc, rows, 0, b.getF64Type(), 0, [](OpBuilder &inner, Location where, ValueRange args) -> Value {
    return arith::AddFOp::create(inner, where, args[1], args[0]);
  });
  SmallVector<Value> results;
  for (int64_t k = 0; k < size; ++k) {
    Value index = arith::ConstantIndexOp::create(b, loc, k);
    Scalar sum(b, loc, tensor::ExtractOp::create(b, loc, sums, index));
    results.push_back(tensor::FromElementsOp::create(b, loc, numbers({}), (sum / divisor).value));
  }
  return results;
}

static Scalar areNotNegative(ArrayRef<Scalar> numbers) {
  Scalar all = numbers[0] >= 0.0;
  for (Scalar number : numbers.drop_front())
    all = logicalAnd(all, number >= 0.0);
  return all;
}

//===- mgda -----------------------------------------------------------------------------------------------------===//

// min w^T G w where w >= 0 and sum w = 1. On the set of its positive weights w is proportional to the solution of (G + t 1 1^T) w = 1
// for any t > 0: that adds the constant t to the objective, and the matrix is regular where the gradients are affinely
// independent. There is a best w whose set is of that kind.
SmallVector<Value> MgdaOp::emitLinalg(OpBuilder &b) {
  Solver solver(b, getLoc(), getProducts());
  int64_t size = solver.size;
  Value weights = solver.minimize(1, [&](const Gram &gram, Scalar, Scalar set) -> Candidate {
    Scalar trace = gram.at(0, 0);
    for (int64_t i = 1; i < size; ++i)
      trace = trace + gram.at(i, i);
    Scalar shift = select(trace > 0.0, trace, 1.0);
    SmallVector<Scalar> ones(size, trace.constant(1));
    SetSolution solution = solveOnSet(membersOf(set, size), [&](int64_t i, int64_t j) { return gram.at(i, j) + shift; }, ones);
    Scalar total = solution.x[0];
    for (Scalar number : ArrayRef(solution.x).drop_front())
      total = total + number;
    for (Scalar &number : solution.x)
      number = number / total;
    Scalar isFeasible = logicalAnd(solution.isRegular, areNotNegative(solution.x));
    return {solution.x, isFeasible, quadraticForm(gram, solution.x, {})};
  });
  return solver.columnSums(weights, 1);
}

//===- upgrad ---------------------------------------------------------------------------------------------------===//

// The projection of g_k onto {d : <d, g_l> >= 0 for all l} is sum v_l g_l with v = argmin v^T G v over v >= e_k. With v = e_k + u:
// min u^T G u + 2 u^T G e_k over u >= 0; on the set of its positive numbers G u = -G e_k, and there is a best u on whose set G is
// regular.
SmallVector<Value> UpgradOp::emitLinalg(OpBuilder &b) {
  Solver solver(b, getLoc(), getProducts());
  int64_t size = solver.size;
  Value weights = solver.minimize(size, [&](const Gram &gram, Scalar row, Scalar set) -> Candidate {
    SmallVector<Scalar> column, right;
    for (int64_t i = 0; i < size; ++i) {
      column.push_back(choose(row, size, [&](int64_t k) { return gram.at(i, k); }));
      right.push_back(-column.back());
    }
    SetSolution solution = solveOnSet(membersOf(set, size), [&](int64_t i, int64_t j) { return gram.at(i, j); }, right);
    Scalar isFeasible = logicalAnd(solution.isRegular, areNotNegative(solution.x));
    Scalar objective = quadraticForm(gram, solution.x, column);
    for (auto [i, number] : llvm::enumerate(solution.x))
      number = select(equal(row, row.constant(static_cast<double>(i))), number + 1.0, number);
    return {solution.x, isFeasible, objective};
  });
  return solver.columnSums(weights, static_cast<double>(size));
}

//===- pcgrad ---------------------------------------------------------------------------------------------------===//

/// How many of the others, `i` aside, have a smaller key: the place of each in the random order of row `i`. Of equal keys, which
/// are those of randomness that is switched off, the first comes first.
static SmallVector<Scalar> placesOf(ArrayRef<Scalar> keys, Scalar i) {
  SmallVector<Scalar> places;
  for (size_t m = 0; m < keys.size(); ++m) {
    Scalar place = i.constant(0);
    for (size_t p = 0; p < keys.size(); ++p) {
      if (p == m)
        continue;
      Scalar isBefore = p < m ? keys[p] <= keys[m] : keys[p] < keys[m];
      Scalar counts = logicalAnd(isBefore, notEqual(i, i.constant(static_cast<double>(p))));
      place = place + select(counts, 1.0, i.constant(0));
    }
    places.push_back(place);
  }
  return places;
}

/// The weights of the gradients in what is left of gradient i: for m in random order, if <g, g_m> < 0: g -= <g, g_m> / <g_m, g_m> g_m.
static SmallVector<Scalar> removeConflicts(const Gram &gram, Scalar i, ArrayRef<Scalar> keys) {
  int64_t size = gram.size;
  SmallVector<Scalar> weights, products; // of what is left with g_0, g_1, ...
  for (int64_t m = 0; m < size; ++m) {
    Scalar zero = gram.at(0, 0).constant(0);
    weights.push_back(select(equal(i, i.constant(static_cast<double>(m))), 1.0, zero));
    products.push_back(choose(i, size, [&](int64_t k) { return gram.at(k, m); }));
  }
  SmallVector<Scalar> places = placesOf(keys, i);
  for (int64_t step = 0; step + 1 < size; ++step)
    for (int64_t m = 0; m < size; ++m) {
      Scalar isTurn = logicalAnd(equal(places[m], i.constant(static_cast<double>(step))), notEqual(i, i.constant(static_cast<double>(m))));
      Scalar part = select(logicalAnd(isTurn, products[m] < 0.0), products[m] / gram.at(m, m), 0.0);
      weights[m] = weights[m] - part;
      for (int64_t p = 0; p < size; ++p)
        products[p] = products[p] - part * gram.at(m, p);
    }
  return weights;
}

SmallVector<Value> PcgradOp::emitLinalg(OpBuilder &b) {
  Solver solver(b, getLoc(), getProducts());
  int64_t size = solver.size;
  Value like = emptyTensor(b, getLoc(), solver.numbers({size, size}), {});
  FailureOr<Value> keys = buildOp(b, getLoc(), "mimo.randn", {like, getRng()}, b.getNamedAttr("site", getSiteAttr()));
  assert(succeeded(keys) && "numbers of a static shape can be drawn");
  SmallVector<Value> inputs(size, *keys);
  SmallVector<AffineMap> maps;
  for (int64_t m = 0; m < size; ++m)
    maps.push_back(AffineMap::get(2, 0, {b.getAffineDimExpr(0), b.getAffineConstantExpr(m)}, b.getContext()));
  Value weights = solver.generate(solver.numbers({size, size}), inputs, maps, [&](const Inside &in, ValueRange args) {
    auto wrap = [&](Value value) { return in.at[0].with(value); };
    SmallVector<Scalar> left = removeConflicts(in.gram, in.at[0], llvm::map_to_vector(args, wrap));
    return choose(in.at[1], size, [&](int64_t j) { return left[j]; });
  });
  return solver.columnSums(weights, 1);
}

bool PcgradOp::isRandom() { return true; }

#define GET_OP_CLASSES
#include "mimo/Ops/GradientBalancing.cpp.inc"
