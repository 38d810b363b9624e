// adagrad as torch.optim.Adagrad defines it: s = s + g^2, p -= lr / (1 + (t - 1) lr_decay) g / (sqrt(s) + eps), in one pass.
// RUN: mimo-opt %s --mimoc-mimo-to-linalg --canonicalize | FileCheck %s

// CHECK-LABEL: func.func @adagrad
// CHECK:         %[[STEP:.*]] = tensor.extract %arg4
// CHECK:         arith.sitofp %[[STEP]] : i64 to f64
// CHECK:         %[[LR:.*]] = tensor.extract %arg3[] : tensor<f64>
// CHECK:         %[[R:.*]] = arith.divf %[[LR]], %{{.*}} : f64
// CHECK:         %[[RATE:.*]] = arith.truncf %[[R]] : f64 to f32
// CHECK:         linalg.generic {{.*}} ins(%arg1 : tensor<4xf32>) outs(%arg0, %arg2 : tensor<4xf32>, tensor<4xf32>)
// CHECK:         ^bb0(%[[G:.*]]: f32, %[[P:.*]]: f32, %[[S0:.*]]: f32):
// CHECK-NEXT:    %[[GG:.*]] = arith.mulf %[[G]], %[[G]]
// CHECK-NEXT:    %[[S:.*]] = arith.addf %[[S0]], %[[GG]]
// CHECK-NEXT:    %[[ROOT:.*]] = math.sqrt %[[S]]
// CHECK-NEXT:    %[[D:.*]] = arith.addf %[[ROOT]], %{{.*}}
// CHECK-NEXT:    %[[Q:.*]] = arith.divf %[[G]], %[[D]]
// CHECK-NEXT:    %[[U:.*]] = arith.mulf %[[RATE]], %[[Q]]
// CHECK-NEXT:    %[[NEW:.*]] = arith.subf %[[P]], %[[U]]
// CHECK-NEXT:    linalg.yield %[[NEW]], %[[S]]
func.func @adagrad(%p: tensor<4xf32>, %g: tensor<4xf32>, %s: tensor<4xf32>, %lr: tensor<f64>, %rng: tensor<3xi64>) -> (tensor<4xf32>, tensor<4xf32>) {
  %0:2 = mimo.adagrad %p, %g state(%s) lr %lr at %rng {lr_decay = 0.1, weight_decay = 0.0, initial_accumulator_value = 0.0, eps = 1.0e-10}
      : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<f64>, tensor<3xi64>
  return %0#0, %0#1 : tensor<4xf32>, tensor<4xf32>
}
