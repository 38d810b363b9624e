// adam as torch.optim.Adam defines it: m += (1 - b1)(g - m), v = b2 v + (1 - b2) g^2,
// p -= lr / (1 - b1^t) m / (sqrt(v) / sqrt(1 - b2^t) + eps), where g is the gradient plus decay p. What holds for all elements is
// computed once, in f64.
// RUN: mimo-opt %s --mimoc-mimo-to-linalg --canonicalize | FileCheck %s

// CHECK-LABEL: func.func @adam
// CHECK-DAG:     %[[ONE:.*]] = arith.constant 1.0{{0*}}e+00 : f64
// CHECK-DAG:     %[[B1:.*]] = arith.constant 9.0{{.*}}e-01 : f64
// CHECK-DAG:     %[[B2:.*]] = arith.constant 0.99899{{.*}} : f64
// CHECK-DAG:     %[[C1:.*]] = arith.constant 1.0{{.*}}e-01 : f32
// CHECK-DAG:     %[[B2F:.*]] = arith.constant 9.99{{.*}}e-01 : f32
// CHECK-DAG:     %[[C2:.*]] = arith.constant 1.0{{.*}}e-03 : f32
// CHECK-DAG:     %[[EPS:.*]] = arith.constant 9.99999993E-9 : f32
// The step counts from 0, t from 1.
// CHECK:         %[[STEP:.*]] = tensor.extract %arg5
// CHECK:         %[[T0:.*]] = arith.sitofp %[[STEP]] : i64 to f64
// CHECK:         %[[LR:.*]] = tensor.extract %arg4[] : tensor<f64>
// CHECK:         %[[T:.*]] = arith.addf %[[T0]], %[[ONE]] : f64
// CHECK:         %[[P1:.*]] = math.powf %[[B1]], %[[T]] : f64
// CHECK:         %[[D1:.*]] = arith.subf %[[ONE]], %[[P1]] : f64
// CHECK:         %[[R:.*]] = arith.divf %[[LR]], %[[D1]] : f64
// CHECK:         %[[RATE:.*]] = arith.truncf %[[R]] : f64 to f32
// CHECK:         %[[P2:.*]] = math.powf %[[B2]], %[[T]] : f64
// CHECK:         %[[D2:.*]] = arith.subf %[[ONE]], %[[P2]] : f64
// CHECK:         %[[Q:.*]] = math.sqrt %[[D2]] : f64
// CHECK:         %[[CORRECTION:.*]] = arith.truncf %[[Q]] : f64 to f32
// One pass updates the parameter and both moments where they are.
// CHECK:         linalg.generic {{.*}} ins(%arg1 : tensor<4x8xf32>) outs(%arg0, %arg2, %arg3 : tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>)
// CHECK:         ^bb0(%[[G0:.*]]: f32, %[[P:.*]]: f32, %[[M0:.*]]: f32, %[[V0:.*]]: f32):
// CHECK-NEXT:    %[[L2:.*]] = arith.mulf %[[P]], %{{.*}} : f32
// CHECK-NEXT:    %[[G:.*]] = arith.addf %[[G0]], %[[L2]] : f32
// CHECK-NEXT:    %[[GM:.*]] = arith.subf %[[G]], %[[M0]]
// CHECK-NEXT:    %[[DM:.*]] = arith.mulf %[[GM]], %[[C1]]
// CHECK-NEXT:    %[[M:.*]] = arith.addf %[[M0]], %[[DM]]
// CHECK-NEXT:    %[[V1:.*]] = arith.mulf %[[V0]], %[[B2F]]
// CHECK-NEXT:    %[[GG:.*]] = arith.mulf %[[G]], %[[G]]
// CHECK-NEXT:    %[[V2:.*]] = arith.mulf %[[GG]], %[[C2]]
// CHECK-NEXT:    %[[V:.*]] = arith.addf %[[V1]], %[[V2]]
// CHECK-NEXT:    %[[ROOT:.*]] = math.sqrt %[[V]]
// CHECK-NEXT:    %[[E:.*]] = arith.divf %[[ROOT]], %[[CORRECTION]]
// CHECK-NEXT:    %[[DENOMINATOR:.*]] = arith.addf %[[E]], %[[EPS]]
// CHECK-NEXT:    %[[QUOTIENT:.*]] = arith.divf %[[M]], %[[DENOMINATOR]]
// CHECK-NEXT:    %[[S:.*]] = arith.mulf %[[RATE]], %[[QUOTIENT]]
// CHECK-NEXT:    %[[NEW:.*]] = arith.subf %[[P]], %[[S]]
// CHECK-NEXT:    linalg.yield %[[NEW]], %[[M]], %[[V]]
func.func @adam(%p: tensor<4x8xf32>, %g: tensor<4x8xf32>, %m: tensor<4x8xf32>, %v: tensor<4x8xf32>, %lr: tensor<f64>, %rng: tensor<3xi64>) -> (tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>) {
  %0:3 = mimo.adam %p, %g state(%m, %v) lr %lr at %rng {betas = array<f64: 0.9, 0.999>, eps = 1.0e-8, weight_decay = 0.01}
      : tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>, tensor<f64>, tensor<3xi64>
  return %0#0, %0#1, %0#2 : tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>
}

// Without decay nothing of it is computed.
// CHECK-LABEL: func.func @plain
// CHECK:         ^bb0(%[[G:.*]]: f32, %[[P:.*]]: f32, %[[M0:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT:    arith.subf %[[G]], %[[M0]]
func.func @plain(%p: tensor<4x8xf32>, %g: tensor<4x8xf32>, %m: tensor<4x8xf32>, %v: tensor<4x8xf32>, %lr: tensor<f64>, %rng: tensor<3xi64>) -> (tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>) {
  %0:3 = mimo.adam %p, %g state(%m, %v) lr %lr at %rng {betas = array<f64: 0.9, 0.999>, eps = 1.0e-8, weight_decay = 0.0}
      : tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>, tensor<f64>, tensor<3xi64>
  return %0#0, %0#1, %0#2 : tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>
}
