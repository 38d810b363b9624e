// K softmax(ratios / temperature); the "gradient" of a history is an observation (L, 1, 0, 0).
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @dwa(%a: tensor<f32>, %b: tensor<f32>, %s: tensor<4xf32>, %t: tensor<4xf32>) -> tensor<f32> {
  %0 = mimo.dwa %a, %b keeps %s, %t {period = 3, temperature = 2.0} : tensor<f32>, tensor<f32> keeps tensor<4xf32>, tensor<4xf32>
  return %0 : tensor<f32>
}
// VJP: func.func @dwa(%[[A:[^:]*]]: tensor<f32>
// VJP: mimo.slice %{{.*}} at [2] of [1]
// VJP: mimo.slice %{{.*}} at [3] of [1]
// VJP: mimo.softmax
// VJP: %[[L:.*]] = mimo.reshape %[[A]] to [1]
// VJP: mimo.concat %[[L]],

// CHECK: func.func @dwa
// CHECK: arith.cmpf oeq
// CHECK: arith.divf
// CHECK: math.exp
