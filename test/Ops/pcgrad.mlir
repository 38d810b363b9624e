// pcgrad: every gradient loses its part against those that it conflicts with. Equal keys, which are those of
// randomness that is off, keep the order of the losses.
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @pcgrad(%a: tensor<f64>, %ab: tensor<f64>, %b: tensor<f64>, %rng: tensor<3xi64>) -> (tensor<f64>, tensor<f64>) {
  %0:2 = mimo.pcgrad %a, %ab, %b random %rng {site = 1} : tensor<f64>, tensor<f64>, tensor<f64> random tensor<3xi64>
  return %0#0, %0#1 : tensor<f64>, tensor<f64>
}
// CHECK-LABEL: func.func @pcgrad(
// CHECK: linalg.generic
// CHECK-SAME: tensor<2x2xf64>
// CHECK: arith.cmpf ole
// CHECK: arith.cmpf olt
// CHECK: arith.divf
// CHECK-COUNT-2: tensor.from_elements
