// 1/2 exp(-s) L + 1/2 s: dL = 1/2 exp(-s) g, ds = 1/2 (1 - exp(-s) L) g
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @uncertainty(%a: tensor<f32>, %b: tensor<f32>, %s: tensor<f32>, %t: tensor<f32>) -> tensor<f32> {
  %0 = mimo.uncertainty %a, %b keeps %s, %t : tensor<f32>, tensor<f32> keeps tensor<f32>, tensor<f32>
  return %0 : tensor<f32>
}
// VJP: func.func @uncertainty(%[[A:[^:]*]]: tensor<f32>, %{{[^:]*}}: tensor<f32>, %[[S:[^:]*]]: tensor<f32>, %{{[^:]*}}: tensor<f32>, %[[G:[^:]*]]: tensor<f32>)
// VJP: %[[N:.*]] = mimo.neg %[[S]]
// VJP: %[[P:.*]] = mimo.exp %[[N]]
// VJP: mimo.mul %[[G]], %[[P]]
// VJP: %[[R:.*]] = mimo.mul %[[P]], %[[A]]
// VJP: mimo.sub %{{.*}}, %[[R]]

// CHECK: func.func @uncertainty
// CHECK: arith.negf
// CHECK: math.exp
// CHECK: arith.mulf
// CHECK: arith.addf
