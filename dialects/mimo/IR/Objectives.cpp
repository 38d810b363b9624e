#include "mimo/IR/Objectives.h"
#include "mimo/IR/Expr.h"
#include "mimo/Ops/Shape.h"
#include "mimo/Ops/Loss.h"

using namespace mlir;
using namespace mlir::mimo;

static RankedTensorType tensorType(Value value) { return cast<RankedTensorType>(value.getType()); }

/// Whether `shape`, trailing 1s aside, is a leading prefix of `values`.
static bool isPrefix(ArrayRef<int64_t> shape, ArrayRef<int64_t> values) {
  while (!shape.empty() && shape.back() == 1 && (shape.size() > values.size() || values[shape.size() - 1] != 1))
    shape = shape.drop_back();
  return shape.size() <= values.size() && shape == values.take_front(shape.size());
}

/// Gives a mask or weight whose shape is a prefix of `values`'s, trailing 1s aside, the rank of `values`.
static Expr alignPrefix(Expr x, RankedTensorType values) {
  SmallVector<int64_t> shape(x.type().getShape());
  while (static_cast<int64_t>(shape.size()) > values.getRank())
    shape.pop_back();
  shape.resize(values.getRank(), 1);
  return reshape(x, x.type().clone(shape));
}

Value mimo::buildConstant(OpBuilder &builder, Location loc, double number, Type elementType) {
  TypedAttr attribute = isa<FloatType>(elementType)
                            ? TypedAttr(FloatAttr::get(elementType, number))
                            : TypedAttr(IntegerAttr::get(elementType, static_cast<int64_t>(number)));
  return ConstantOp::create(builder, loc, RankedTensorType::get({}, elementType), attribute);
}

Value mimo::maskOperand(OpBuilder &builder, Location loc, Value operand, Value mask) {
  RankedTensorType type = tensorType(operand);
  if (!isPrefix(tensorType(mask).getShape(), type.getShape()))
    return operand; // buildReducedLoss reports the misfit
  Expr value(builder, loc, operand), selected = alignPrefix(Expr(builder, loc, mask), type);
  return select(selected, value, value.constant(0));
}

/// Mask and weight must fit the values.
static LogicalResult verifyClauses(Location loc, const UnreducedLoss &loss, Reduction reduction) {
  RankedTensorType type = tensorType(loss.values);
  for (auto [what, factor] : {std::pair("where", loss.mask), std::pair("weight", loss.weight)}) {
    if (factor && !isPrefix(tensorType(factor).getShape(), type.getShape()))
      return emitError(factor.getLoc()) << what << ": " << describe(factor.getType()) << " does not fit the loss values "
                                        << describe(type) << ": it must have their shape or a leading part of it";
  }
  if (reduction == Reduction::WeightedMean && !loss.weight)
    return emitError(loc) << "reduce weighted_mean needs a 'weight' clause";
  return success();
}

/// The sum of `perElement` over all values. A mask or weight of a leading part of the shape stands for every element of its
/// row: it counts as often.
static Expr countOver(Expr perElement, Expr values) {
  Expr total = sumAll(perElement);
  SmallVector<int64_t> stretched;
  for (int64_t i = 0; i < values.type().getRank(); ++i)
    if (perElement.type().getRank() == 0 || perElement.type().getDimSize(i) != values.type().getDimSize(i))
      stretched.push_back(i);
  return stretched.empty() ? total : total * sizeOf(values, stretched);
}

FailureOr<ReducedLoss> mimo::buildReducedLoss(OpBuilder &builder, Location loc, UnreducedLoss loss, Reduction reduction) {
  if (failed(verifyClauses(loc, loss, reduction)))
    return failure();
  Expr all(builder, loc, loss.values), terms = all, ones = all.constant(1);
  RankedTensorType type = all.type();
  Expr counts = loss.counts ? Expr(builder, loc, loss.counts) : ones;
  Expr weights = loss.weight ? alignPrefix(Expr(builder, loc, loss.weight), type) : ones;
  if (loss.weight) {
    terms = terms * weights;
    weights = loss.counts ? weights * counts : weights;
  }
  Expr selected = loss.mask ? alignPrefix(Expr(builder, loc, loss.mask), type) : ones;
  if (loss.mask) {
    terms = select(selected, terms, 0.0);
    weights = select(selected, weights, 0.0);
    counts = loss.counts ? select(selected, counts, 0.0) : convert(selected, type.getElementType());
  }

  auto divisor = [&]() -> Expr {
    switch (reduction) {
    case Reduction::Mean: return countOver(counts, all);
    case Reduction::Sum: return ones;
    case Reduction::BatchMean: return sizeOf(all, {0});
    case Reduction::WeightedMean: return countOver(weights, all);
    }
    llvm_unreachable("all reductions are handled");
  };
  Expr sum = sumAll(terms), count = divisor();
  // Nothing selected: 0, with gradient 0. The inner select keeps 0 / 0 out of the cotangents as well.
  Expr empty = count.emit("mimo.eq", {count.value, count.constant(0).value});
  Expr value = select(empty, 0.0, sum / select(empty, 1.0, count));
  return ReducedLoss{value, sum, count};
}

Value mimo::buildCounts(OpBuilder &builder, Location loc, Value values, Value mask, Value weight) {
  RankedTensorType type = tensorType(values);
  for (Value factor : {mask, weight})
    if (factor && !isPrefix(tensorType(factor).getShape(), type.getShape()))
      return {}; // the front end reports the misfit
  auto aligned = [&](Value factor) { return alignPrefix(Expr(builder, loc, factor), type); };
  if (mask && weight)
    return select(aligned(mask), aligned(weight), 0.0);
  return mask ? Value(convert(aligned(mask), builder.getF64Type())) : weight ? Value(aligned(weight)) : Value();
}

FailureOr<Value> mimo::buildPenalty(OpBuilder &builder, Location loc, StringRef kind, ValueRange parameters, FloatType precision) {
  Expr total(builder, loc, buildConstant(builder, loc, 0, precision));
  for (auto [i, parameter] : llvm::enumerate(parameters)) {
    Expr w(builder, loc, parameter);
    Expr term = kind == "l1" ? sumAll(abs(w)) : sumAll(w * w);
    total = i == 0 ? term : total + term;
  }
  return total.value;
}

Value mimo::buildRangeCheck(OpBuilder &builder, Location loc, Value values, Value mask, int64_t bound, Value size) {
  return FirstOutOfRangeOp::create(builder, loc, values, mask, size, bound);
}
