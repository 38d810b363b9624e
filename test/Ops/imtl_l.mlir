// exp(s) L - s: dL = exp(s) g, ds = (exp(s) L - 1) g
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @imtl_l(%a: tensor<f32>, %b: tensor<f32>, %s: tensor<f32>, %t: tensor<f32>) -> tensor<f32> {
  %0 = mimo.imtl_l %a, %b keeps %s, %t : tensor<f32>, tensor<f32> keeps tensor<f32>, tensor<f32>
  return %0 : tensor<f32>
}
// VJP: func.func @imtl_l(%[[A:[^:]*]]: tensor<f32>, %{{[^:]*}}: tensor<f32>, %[[S:[^:]*]]: tensor<f32>, %{{[^:]*}}: tensor<f32>, %[[G:[^:]*]]: tensor<f32>)
// VJP: %[[P:.*]] = mimo.exp %[[S]]
// VJP: mimo.mul %[[G]], %[[P]]
// VJP: %[[R:.*]] = mimo.mul %[[P]], %[[A]]
// VJP: mimo.sub %[[R]], %{{.*}}

// CHECK: func.func @imtl_l
// CHECK: math.exp
// CHECK: arith.mulf
// CHECK: arith.subf
