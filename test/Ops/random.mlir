// softmax of normal numbers: value and gradient draw the same.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @random(%a: tensor<f32>, %b: tensor<f32>, %rng: tensor<3xi64>) -> tensor<f32> {
  %0 = mimo.random %a, %b random %rng {site = 5} : tensor<f32>, tensor<f32> random tensor<3xi64>
  return %0 : tensor<f32>
}
// VJP: func.func @random(
// VJP: %[[Z:.*]] = mimo.randn %{{.*}}, %{{.*}} {site = 5
// VJP: %[[W:.*]] = mimo.softmax %[[Z]]
// VJP: mimo.slice %[[W]] at [0]
// VJP: mimo.slice %[[W]] at [1]

// CHECK: func.func @random
// CHECK: arith.constant 5 : i64
// CHECK: math.exp
