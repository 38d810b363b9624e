// The gradient of a small network: only what is needed is computed, in mimo ops.
// RUN: mimo-opt %s --mimoc-stage-grad | FileCheck %s

mimo.model @Tiny attributes {prefix = "tiny", precision = f32, seed = 0 : ui64} {
  %x = mimo.input "x" : tensor<?x8xf32>
  %y = mimo.target "y" : tensor<?x4xf32>
  %w = mimo.param "h.weight" init "uniform" (-0.1, 0.1) : tensor<4x8xf32>
  %b = mimo.param "h.bias" init "uniform" (-0.1, 0.1) : tensor<4xf32>
  %u = mimo.param "unused.weight" init "constant" (0.0, 0.0) : tensor<2x2xf32>
  %rng = mimo.rng : tensor<3xi64>
  %0 = mimo.linear %x, %w, %b : tensor<?x8xf32>, tensor<4x8xf32>, tensor<4xf32>
  %1 = mimo.tanh %0 : tensor<?x4xf32>
  %2 = mimo.dropout %1, %rng {p = 0.5 : f64, site = 7 : i64} : tensor<?x4xf32>, tensor<3xi64>
  mimo.head "h" "head" %2 : tensor<?x4xf32>
  %3 = mimo.mse %2, %y : tensor<?x4xf32>, tensor<?x4xf32>
  %4 = mimo.sum %3 over [] keepdim false : tensor<?x4xf32>
  %5 = mimo.size %3 along [0] as f32 : tensor<?x4xf32>
  %6 = mimo.div %4, %5 : tensor<f32>, tensor<f32>
  mimo.loss "l" %6 = %4 over %5 : tensor<f32>, tensor<f32>, tensor<f32>
  mimo.objective "l" 1.0 * %6 : tensor<f32>
  mimo.optimizer "sgd" lr 0.1 {momentum = 0.0, dampening = 0.0, weight_decay = 0.0, nesterov = false}
}

// Evaluation mode: no dropout, no random state.
// CHECK-LABEL: func.func @forward(
// CHECK-SAME:    tensor<?x8xf32> {mimo.slot = "input:x"}
// CHECK-SAME:    tensor<4x8xf32> {mimo.offset = 0 : i64, mimo.slot = "params"}
// CHECK-SAME:    tensor<4xf32> {mimo.offset = 128 : i64, mimo.slot = "params"}
// CHECK-SAME:    -> (tensor<?x4xf32> {mimo.slot = "head:h"})
// CHECK-SAME:    mimo.entry = "forward"
// CHECK-NOT:     mimo.dropout
// CHECK:         return

// CHECK-LABEL: func.func @backward(
// CHECK-SAME:    %[[X:[^:]*]]: tensor<?x8xf32> {mimo.slot = "input:x"}
// CHECK-SAME:    %[[RNG:[^:]*]]: tensor<3xi64> {mimo.offset = 0 : i64, mimo.slot = "rng"}
// CHECK-SAME:    %[[C:[^:]*]]: tensor<f64> {mimo.offset = 8 : i64, mimo.slot = "options"}
// CHECK:         %[[T:.*]] = mimo.tanh
// CHECK:         mimo.dropout %[[T]], %[[RNG]]
// The seed is the run-time coefficient.
// CHECK:         mimo.cast %[[C]] to f32
// The same mask is drawn again; nothing is kept for it.
// CHECK:         %[[G:.*]] = mimo.dropout %{{.*}}, %[[RNG]] {{.*}}site = 7
// CHECK:         %[[GT:.*]] = mimo.mul %[[G]], %[[T]]
// CHECK:         %[[GTT:.*]] = mimo.mul %[[GT]], %[[T]]
// CHECK:         %[[D:.*]] = mimo.sub %[[G]], %[[GTT]]
// The input's gradient is not asked for: no product with the weights.
// CHECK-NOT:     transpose false
// CHECK:         mimo.matmul %[[D]], %[[X]] transpose true, false
// CHECK:         mimo.sum %[[D]] over [0]
// CHECK-NOT:     transpose false
// A parameter that nothing reaches has gradient zero.
// CHECK:         mimo.zeros
// CHECK:         return


// RUN: mimo-opt %s --mimoc-stage-grad | FileCheck %s --check-prefix=STEP
// STEP-LABEL: func.func @step(
// STEP-NOT:     "gradients"
// STEP:         mimo.sgd
// STEP:         return
