// (L1 L2)^(1/2): dL = out / (2 L) g, 0 where L = 0.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @geometric(%a: tensor<f32>, %b: tensor<f32>) -> tensor<f32> {
  %0 = mimo.geometric %a, %b : tensor<f32>, tensor<f32>
  return %0 : tensor<f32>
}
// VJP: func.func @geometric(%[[A:[^:]*]]: tensor<f32>
// VJP: %[[O:.*]] = mimo.geometric
// VJP: %[[Z:.*]] = mimo.eq %[[A]]
// VJP: %[[D:.*]] = mimo.select %[[Z]], %{{.*}}, %[[A]]
// VJP: %[[Q:.*]] = mimo.div %[[O]], %[[D]]
// VJP: mimo.select %[[Z]], %{{.*}}, %[[Q]]

// CHECK: func.func @geometric
// CHECK: math.log
// CHECK: math.log
// CHECK: arith.addf
// CHECK: math.exp
