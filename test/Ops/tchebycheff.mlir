// mu log sum exp(w (L - z) / mu): dL = w softmax g.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @tchebycheff(%a: tensor<f32>, %b: tensor<f32>) -> tensor<f32> {
  %0 = mimo.tchebycheff %a, %b {ideal = array<f64: 0.0, 0.5>, mu = 0.5, weights = array<f64: 1.0, 2.0>} : tensor<f32>, tensor<f32>
  return %0 : tensor<f32>
}
// VJP: func.func @tchebycheff(%[[A:[^:]*]]: tensor<f32>, %[[B:[^:]*]]: tensor<f32>
// VJP: mimo.mul %[[A]]
// VJP: %[[Z:.*]] = mimo.sub %[[B]]
// VJP: mimo.mul %[[Z]]
// VJP: mimo.softmax

// CHECK: func.func @tchebycheff
// CHECK: arith.subf
// CHECK: arith.cmpf ogt
// CHECK: math.exp
// CHECK: math.log
