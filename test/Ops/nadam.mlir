// nadam as torch.optim.NAdam defines it. The product of the momenta mu(1) .. mu(t), which PyTorch keeps as a state, is computed from
// the step alone: the exponential of t log b1 and of a sum of 54 terms.
// RUN: mimo-opt %s --mimoc-mimo-to-linalg --canonicalize | FileCheck %s

// CHECK-LABEL: func.func @nadam
// CHECK-COUNT-54: math.expm1 %{{.*}} : f64
// CHECK-NOT:     math.expm1
// CHECK:         %[[PRODUCT:.*]] = math.exp %{{.*}} : f64
// CHECK:         linalg.generic {{.*}} ins(%arg1 : tensor<4xf32>) outs(%arg0, %arg2, %arg3 : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>)
// CHECK:         ^bb0(%[[G:.*]]: f32, %[[P:.*]]: f32, %[[M0:.*]]: f32, %[[V0:.*]]: f32):
// CHECK:         %[[M:.*]] = arith.addf %[[M0]], %{{.*}}
// CHECK:         %[[V:.*]] = arith.addf
// CHECK-NEXT:    %[[W:.*]] = arith.divf %[[V]], %{{.*}}
// CHECK-NEXT:    %[[ROOT:.*]] = math.sqrt %[[W]]
// CHECK-NEXT:    %[[D:.*]] = arith.addf %[[ROOT]], %{{.*}}
// CHECK-NEXT:    %[[GD:.*]] = arith.divf %[[G]], %[[D]]
// CHECK-NEXT:    %[[OFG:.*]] = arith.mulf %{{.*}}, %[[GD]]
// CHECK-NEXT:    %[[P1:.*]] = arith.subf %[[P]], %[[OFG]]
// CHECK-NEXT:    %[[MD:.*]] = arith.divf %[[M]], %[[D]]
// CHECK-NEXT:    %[[OFM:.*]] = arith.mulf %{{.*}}, %[[MD]]
// CHECK-NEXT:    %[[P2:.*]] = arith.subf %[[P1]], %[[OFM]]
// CHECK-NEXT:    linalg.yield %[[P2]], %[[M]], %[[V]]
func.func @nadam(%p: tensor<4xf32>, %g: tensor<4xf32>, %m: tensor<4xf32>, %v: tensor<4xf32>, %lr: tensor<f64>, %rng: tensor<3xi64>) -> (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) {
  %0:3 = mimo.nadam %p, %g state(%m, %v) lr %lr at %rng {betas = array<f64: 0.9, 0.999>, eps = 1.0e-8, weight_decay = 0.0, momentum_decay = 4.0e-3, decoupled_weight_decay = false}
      : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<f64>, tensor<3xi64>
  return %0#0, %0#1, %0#2 : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>
}

// Without momentum_decay the momenta are all alike, and nothing needs a series.
// CHECK-LABEL: func.func @constant
// CHECK-NOT:     math.expm1
// CHECK:         linalg.generic
func.func @constant(%p: tensor<4xf32>, %g: tensor<4xf32>, %m: tensor<4xf32>, %v: tensor<4xf32>, %lr: tensor<f64>, %rng: tensor<3xi64>) -> tensor<4xf32> {
  %0:3 = mimo.nadam %p, %g state(%m, %v) lr %lr at %rng {betas = array<f64: 0.9, 0.999>, eps = 1.0e-8, weight_decay = 0.0, momentum_decay = 0.0, decoupled_weight_decay = false}
      : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<f64>, tensor<3xi64>
  return %0#0 : tensor<4xf32>
}
