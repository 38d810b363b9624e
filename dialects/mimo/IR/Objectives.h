// What `loss`, `metric` and `minimize` statements are made of. The front end calls these with values.
#pragma once

#include "mimo/IR/Mimo.h"

namespace mlir::mimo {

/// The reduction of a loss: mean over the selected elements, sum, sum / batch, sum / sum of weights.
enum class Reduction { Mean, Sum, BatchMean, WeightedMean };

/// A loss as sum / divisor. All three have rank 0 and the model's precision.
struct ReducedLoss {
  Value value, sum, divisor;
};

/// `operand` with 0 where `mask` excludes it, so that what is not selected (NaN labels, ids out of range) does no harm
/// to values or gradients. mask: i1, of the operand's shape, of a leading prefix of it, or trailing 1s aside. Float, integer operands.
Value maskOperand(OpBuilder &builder, Location loc, Value operand, Value mask);

/// Loss values before their reduction, and what the clauses of the statement say of them; all but the values may be null.
struct UnreducedLoss {
  Value values;
  Value mask;   ///< i1: what is selected
  Value weight; ///< the values are multiplied by it
  Value counts; ///< what each value counts for in a mean, of the values' shape: class weights
};

/// Reduces unreduced loss values. Mask and weight have the values' shape or a leading prefix of it, trailing 1s aside, else
/// an error at the location of either names both shapes.
FailureOr<ReducedLoss> buildReducedLoss(OpBuilder &builder, Location loc, UnreducedLoss loss, Reduction reduction);

/// How much each element of `values` counts: the weight where the mask selects, else 0; of their rank, with sizes of 1 where all along
/// a dimension count alike. Null where neither is given, or either does not fit.
Value buildCounts(OpBuilder &builder, Location loc, Value values, Value mask, Value weight);

/// l1: sum |w|, l2: sum w^2 over the parameters (no one half).
FailureOr<Value> buildPenalty(OpBuilder &builder, Location loc, StringRef kind, ValueRange parameters, FloatType precision);

/// The linear index of the first selected value outside [0, bound), or -1: tensor<i64>. `mask` may be null.
Value buildRangeCheck(OpBuilder &builder, Location loc, Value values, Value mask, int64_t bound, Value size);

/// A rank-0 constant.
Value buildConstant(OpBuilder &builder, Location loc, double number, Type elementType);

} // namespace mlir::mimo
