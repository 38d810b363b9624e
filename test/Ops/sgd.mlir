// sgd as torch.optim.SGD defines it: one pass over a parameter and its momentum, in place. The learning rate is f64 until it
// meets the elements.
// RUN: mimo-opt %s --mimoc-mimo-to-linalg --canonicalize | FileCheck %s

// p -= lr g, without state.
// CHECK-LABEL: func.func @plain
// CHECK:         %[[LR:.*]] = tensor.extract %arg2[] : tensor<f64>
// CHECK:         %[[NARROW:.*]] = arith.truncf %[[LR]] : f64 to f32
// CHECK:         linalg.generic {{.*}} ins(%arg1 : tensor<4x8xf32>) outs(%arg0 : tensor<4x8xf32>)
// CHECK:         ^bb0(%[[G:.*]]: f32, %[[P:.*]]: f32):
// CHECK-NEXT:    %[[S:.*]] = arith.mulf %[[G]], %[[NARROW]]
// CHECK-NEXT:    %[[NEW:.*]] = arith.subf %[[P]], %[[S]]
// CHECK-NEXT:    linalg.yield %[[NEW]]
func.func @plain(%p: tensor<4x8xf32>, %g: tensor<4x8xf32>, %lr: tensor<f64>, %rng: tensor<3xi64>) -> tensor<4x8xf32> {
  %0 = mimo.sgd %p, %g state() lr %lr at %rng {momentum = 0.0, dampening = 0.0, weight_decay = 0.0, nesterov = false}
      : tensor<4x8xf32>, tensor<4x8xf32>, tensor<f64>, tensor<3xi64>
  return %0 : tensor<4x8xf32>
}

// g += decay p; b = mu b + g; p -= lr b. The first step needs no case of its own: b is 0.
// CHECK-LABEL: func.func @momentum
// CHECK:         linalg.generic {{.*}} ins(%arg1 : tensor<4x8xf32>) outs(%arg0, %arg2 : tensor<4x8xf32>, tensor<4x8xf32>)
// CHECK:         ^bb0(%[[G:.*]]: f32, %[[P:.*]]: f32, %[[B:.*]]: f32):
// CHECK-NEXT:    %[[L2:.*]] = arith.mulf %[[P]], %[[DECAY:.*]] : f32
// CHECK-NEXT:    %[[GRAD:.*]] = arith.addf %[[G]], %[[L2]]
// CHECK-NEXT:    %[[OLD:.*]] = arith.mulf %[[B]], %[[MU:.*]] : f32
// CHECK:         %[[BUFFER:.*]] = arith.addf %[[OLD]], %{{.*}} : f32
// CHECK-NEXT:    %[[S:.*]] = arith.mulf %[[BUFFER]], %{{.*}} : f32
// CHECK-NEXT:    %[[NEW:.*]] = arith.subf %[[P]], %[[S]]
// CHECK-NEXT:    linalg.yield %[[NEW]], %[[BUFFER]]
func.func @momentum(%p: tensor<4x8xf32>, %g: tensor<4x8xf32>, %b: tensor<4x8xf32>, %lr: tensor<f64>, %rng: tensor<3xi64>) -> (tensor<4x8xf32>, tensor<4x8xf32>) {
  %0:2 = mimo.sgd %p, %g state(%b) lr %lr at %rng {momentum = 0.9, dampening = 0.0, weight_decay = 0.01, nesterov = false}
      : tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>, tensor<f64>, tensor<3xi64>
  return %0#0, %0#1 : tensor<4x8xf32>, tensor<4x8xf32>
}

// With dampening, the first step (t = 1) takes b = g instead of (1 - dampening) g.
// CHECK-LABEL: func.func @dampened
// CHECK-DAG:     %[[KEPT:.*]] = arith.constant 7.5{{.*}}e-01 : f32
// CHECK:         %[[STEP:.*]] = tensor.extract %arg4
// CHECK:         %[[T0:.*]] = arith.sitofp %[[STEP]] : i64 to f64
// CHECK:         %[[T:.*]] = arith.addf %[[T0]], %[[ONE:.*]] : f64
// CHECK:         %[[FIRST:.*]] = arith.cmpf ole, %[[T]], %[[ONE]] : f64
// CHECK:         ^bb0(%[[G:.*]]: f32, %[[P:.*]]: f32, %[[B:.*]]: f32):
// CHECK-NEXT:    %[[OLD:.*]] = arith.mulf %[[B]], %{{.*}} : f32
// CHECK-NEXT:    %[[PART:.*]] = arith.mulf %[[G]], %[[KEPT]] : f32
// CHECK-NEXT:    %[[LATER:.*]] = arith.addf %[[OLD]], %[[PART]]
// CHECK-NEXT:    %[[BUFFER:.*]] = arith.select %[[FIRST]], %[[G]], %[[LATER]]
// CHECK-NEXT:    %[[S:.*]] = arith.mulf %[[BUFFER]]
// CHECK-NEXT:    %[[NEW:.*]] = arith.subf %[[P]], %[[S]]
// CHECK-NEXT:    linalg.yield %[[NEW]], %[[BUFFER]]
func.func @dampened(%p: tensor<4x8xf32>, %g: tensor<4x8xf32>, %b: tensor<4x8xf32>, %lr: tensor<f64>, %rng: tensor<3xi64>) -> (tensor<4x8xf32>, tensor<4x8xf32>) {
  %0:2 = mimo.sgd %p, %g state(%b) lr %lr at %rng {momentum = 0.9, dampening = 0.25, weight_decay = 0.0, nesterov = false}
      : tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>, tensor<f64>, tensor<3xi64>
  return %0#0, %0#1 : tensor<4x8xf32>, tensor<4x8xf32>
}

// Nesterov looks ahead: p -= lr (g + mu b). In f64 nothing is narrowed.
// CHECK-LABEL: func.func @nesterov
// CHECK-NOT:     arith.truncf
// CHECK:         ^bb0(%[[G:.*]]: f64, %[[P:.*]]: f64, %[[B:.*]]: f64):
// CHECK:         %[[BUFFER:.*]] = arith.addf
// CHECK-NEXT:    %[[AHEAD:.*]] = arith.mulf %[[BUFFER]], %{{.*}} : f64
// CHECK-NEXT:    %[[D:.*]] = arith.addf %[[G]], %[[AHEAD]]
// CHECK-NEXT:    %[[S:.*]] = arith.mulf %[[D]]
// CHECK-NEXT:    %[[NEW:.*]] = arith.subf %[[P]], %[[S]]
// CHECK-NEXT:    linalg.yield %[[NEW]], %[[BUFFER]]
func.func @nesterov(%p: tensor<4xf64>, %g: tensor<4xf64>, %b: tensor<4xf64>, %lr: tensor<f64>, %rng: tensor<3xi64>)
    -> (tensor<4xf64>, tensor<4xf64>) {
  %0:2 = mimo.sgd %p, %g state(%b) lr %lr at %rng {momentum = 0.9, dampening = 0.0, weight_decay = 0.0, nesterov = true}
      : tensor<4xf64>, tensor<4xf64>, tensor<4xf64>, tensor<f64>, tensor<3xi64>
  return %0#0, %0#1 : tensor<4xf64>, tensor<4xf64>
}
