// What surrounds the update rule of one parameter: limits on gradients, averages of parameters.
#pragma once

#include "mimo/IR/Mimo.h"

namespace mlir::mimo {

/// Gradients scaled so that the norm of all of them together is at most `limit` (tensor<f64>), as
/// torch.nn.utils.clip_grad_norm_ does. A norm that is infinite or NaN makes NaN, as there.
SmallVector<Value> clipByNorm(OpBuilder &builder, Location loc, ValueRange gradients, Value limit);

/// The elements of a gradient brought into [-limit, limit], as torch.nn.utils.clip_grad_value_ does. NaN stays.
Value clipByValue(OpBuilder &builder, Location loc, Value gradient, Value limit);

/// The average of a parameter after each of its updates, as torch.optim.swa_utils.AveragedModel: a copy of the parameter after step 0, and
/// after step n the average of n + 1 values.
Value equalAverage(OpBuilder &builder, Location loc, Value average, Value parameter, Value rng);

/// The exponential moving average of a parameter after its update, as torch.optim.swa_utils.AveragedModel with
/// get_ema_multi_avg_fn(decay) keeps it: a copy after the first step, and decay a + (1 - decay) p after later ones.
Value movingAverage(OpBuilder &builder, Location loc, Value average, Value parameter, Value rng, double decay);

} // namespace mlir::mimo
