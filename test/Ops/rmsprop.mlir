// rmsprop as torch.optim.RMSprop defines it: s = a s + (1 - a) g^2, centered c = c + (1 - a)(g - c), b = mu b + g / (sqrt(s - c^2) + eps),
// p -= lr b, in one pass.
// RUN: mimo-opt %s --mimoc-mimo-to-linalg --canonicalize | FileCheck %s

// CHECK-LABEL: func.func @plain
// CHECK:         %[[LR:.*]] = arith.truncf %{{.*}} : f64 to f32
// CHECK:         linalg.generic {{.*}} ins(%arg1 : tensor<4xf32>) outs(%arg0, %arg2 : tensor<4xf32>, tensor<4xf32>)
// CHECK:         ^bb0(%[[G:.*]]: f32, %[[P:.*]]: f32, %[[S0:.*]]: f32):
// CHECK-NEXT:    %[[S1:.*]] = arith.mulf %[[S0]], %{{.*}}
// CHECK-NEXT:    %[[GG:.*]] = arith.mulf %[[G]], %[[G]]
// CHECK-NEXT:    %[[S2:.*]] = arith.mulf %[[GG]], %{{.*}}
// CHECK-NEXT:    %[[S:.*]] = arith.addf %[[S1]], %[[S2]]
// CHECK-NEXT:    %[[ROOT:.*]] = math.sqrt %[[S]]
// CHECK-NEXT:    %[[D:.*]] = arith.addf %[[ROOT]], %{{.*}}
// CHECK-NEXT:    %[[Q:.*]] = arith.divf %[[G]], %[[D]]
// CHECK-NEXT:    %[[STEP:.*]] = arith.mulf %[[Q]], %[[LR]]
// CHECK-NEXT:    %[[NEW:.*]] = arith.subf %[[P]], %[[STEP]]
// CHECK-NEXT:    linalg.yield %[[NEW]], %[[S]]
func.func @plain(%p: tensor<4xf32>, %g: tensor<4xf32>, %s: tensor<4xf32>, %lr: tensor<f64>, %rng: tensor<3xi64>) -> (tensor<4xf32>, tensor<4xf32>) {
  %0:2 = mimo.rmsprop %p, %g state(%s) lr %lr at %rng {alpha = 0.99, eps = 1.0e-8, weight_decay = 0.0, momentum = 0.0, centered = false}
      : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<f64>, tensor<3xi64>
  return %0#0, %0#1 : tensor<4xf32>, tensor<4xf32>
}

// The states in the order of their names: square_avg, momentum_buffer, grad_avg.
// CHECK-LABEL: func.func @everything
// CHECK:         ^bb0(%[[G0:.*]]: f32, %[[P:.*]]: f32, %[[S0:.*]]: f32, %[[B0:.*]]: f32, %[[C0:.*]]: f32):
// CHECK:         %[[G:.*]] = arith.addf %[[G0]], %{{.*}}
// CHECK:         %[[S:.*]] = arith.addf
// CHECK-NEXT:    %[[GC:.*]] = arith.subf %[[G]], %[[C0]]
// CHECK-NEXT:    %[[DC:.*]] = arith.mulf %[[GC]], %{{.*}}
// CHECK-NEXT:    %[[C:.*]] = arith.addf %[[C0]], %[[DC]]
// CHECK-NEXT:    %[[CC:.*]] = arith.mulf %[[C]], %[[C]]
// CHECK-NEXT:    %[[SPREAD:.*]] = arith.subf %[[S]], %[[CC]]
// CHECK-NEXT:    math.sqrt %[[SPREAD]]
// CHECK:         %[[OLD:.*]] = arith.mulf %[[B0]], %{{.*}}
// CHECK-NEXT:    %[[B:.*]] = arith.addf %[[OLD]], %{{.*}}
// CHECK:         linalg.yield %{{.*}}, %[[S]], %[[B]], %[[C]]
func.func @everything(%p: tensor<4xf32>, %g: tensor<4xf32>, %s: tensor<4xf32>, %b: tensor<4xf32>, %c: tensor<4xf32>, %lr: tensor<f64>, %rng: tensor<3xi64>) -> tensor<4xf32> {
  %0:4 = mimo.rmsprop %p, %g state(%s, %b, %c) lr %lr at %rng {alpha = 0.99, eps = 1.0e-8, weight_decay = 0.1, momentum = 0.9, centered = true}
      : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<f64>, tensor<3xi64>
  return %0#0 : tensor<4xf32>
}
