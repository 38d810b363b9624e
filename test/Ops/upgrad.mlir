// upgrad: for every gradient the objective of all active sets in one loop, the first of the least ones, and its weights.
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @upgrad(%a: tensor<f64>, %ab: tensor<f64>, %b: tensor<f64>, %rng: tensor<3xi64>) -> (tensor<f64>, tensor<f64>) {
  %0:2 = mimo.upgrad %a, %ab, %b : tensor<f64>, tensor<f64>, tensor<f64>
  return %0#0, %0#1 : tensor<f64>, tensor<f64>
}
// CHECK-LABEL: func.func @upgrad(
// CHECK: linalg.generic
// CHECK-SAME: outs(%{{.*}} : tensor<2x4xf64>)
// CHECK: arith.andi
// CHECK: arith.divf
// CHECK: arith.cmpf oge
// CHECK: arith.minimumf
// CHECK: arith.cmpf oeq
// CHECK: arith.minsi
// CHECK: linalg.generic
// CHECK-SAME: outs(%{{.*}} : tensor<2x2xf64>)
// CHECK-COUNT-2: tensor.from_elements
