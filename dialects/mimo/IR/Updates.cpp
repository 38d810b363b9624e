#include "mimo/IR/Updates.h"
#include "mimo/IR/Expr.h"

using namespace mlir;
using namespace mlir::mimo;

// g min(1, limit / (|g| + 1e-6)). The norm is computed in f64, so that squares of f32 numbers cannot overflow.
SmallVector<Value> mimo::clipByNorm(OpBuilder &builder, Location loc, ValueRange gradients, Value limit) {
  Expr bound(builder, loc, limit), squares = bound.constant(0);
  for (Value gradient : gradients) {
    Expr g = convert(Expr(builder, loc, gradient), builder.getF64Type());
    squares = squares + sumAll(g * g);
  }
  Expr factor = bound / (squares.emit("mimo.sqrt", squares.value) + 1e-6);
  factor = select(factor > 1, 1, factor);
  return llvm::map_to_vector(gradients, [&](Value gradient) -> Value {
    Expr g(builder, loc, gradient);
    return g * convert(factor, g.type().getElementType());
  });
}

Value mimo::clipByValue(OpBuilder &builder, Location loc, Value gradient, Value limit) {
  Expr g(builder, loc, gradient), bound = convert(Expr(builder, loc, limit), g.type().getElementType());
  Expr above = g.emit("mimo.gt", {g.value, bound.value}), below = g.emit("mimo.lt", {g.value, (-bound).value});
  return select(above, bound, select(below, -bound, g));
}

/// The number of the step, from the random state.
static Expr stepOf(OpBuilder &builder, Location loc, Value rng) {
  Expr state(builder, loc, rng);
  Expr step = state.emit("mimo.slice", state.value, {builder.getNamedAttr("offsets", builder.getDenseI64ArrayAttr({1})),
                                                     builder.getNamedAttr("sizes", builder.getDenseI64ArrayAttr({1}))});
  return reshape(step, RankedTensorType::get({}, builder.getI64Type()));
}

Value mimo::equalAverage(OpBuilder &builder, Location loc, Value average, Value parameter, Value rng) {
  Expr a(builder, loc, average), p(builder, loc, parameter), step = stepOf(builder, loc, rng);
  Expr isFirst = step.emit("mimo.eq", {step.value, step.constant(0).value});
  Expr share = convert(1.0 / (convert(step, builder.getF64Type()) + 1.0), p.type().getElementType());
  return select(isFirst, p, a + (p - a) * share);
}

Value mimo::movingAverage(OpBuilder &builder, Location loc, Value average, Value parameter, Value rng, double decay) {
  Expr a(builder, loc, average), p(builder, loc, parameter), step = stepOf(builder, loc, rng);
  Expr isFirst = step.emit("mimo.eq", {step.value, step.constant(0).value});
  // As torch.lerp, which starts from the nearer end.
  Expr later = 1 - decay < 0.5 ? a + (p - a) * (1 - decay) : p - (p - a) * decay;
  return select(isFirst, p, later);
}
