// select(c, yes, no): d yes = c ? g : 0, d no = c ? 0 : g, summed over what was broadcast; 0 is chosen, not multiplied by, so
// that a cotangent of inf or NaN on the other side does no harm.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @select(%c: tensor<?x1xi1>, %yes: tensor<?x4xf32>, %no: tensor<f32>) -> tensor<?x4xf32> {
  %0 = mimo.select %c, %yes, %no : tensor<?x1xi1>, tensor<?x4xf32>, tensor<f32>
  return %0 : tensor<?x4xf32>
}
// VJP-LABEL: func.func @select(
// VJP-SAME:    %[[C:[^:]*]]: tensor<?x1xi1>, %{{[^:]*}}: tensor<?x4xf32>, %{{[^:]*}}: tensor<f32>, %[[G:[^:]*]]: tensor<?x4xf32>)
// VJP:         %[[ZERO:.*]] = mimo.constant 0.0
// VJP:         %[[DY:.*]] = mimo.select %[[C]], %[[G]], %[[ZERO]]
// VJP:         %[[E:.*]] = mimo.select %[[C]], %[[ZERO]], %[[G]]
// VJP:         %[[DN:.*]] = mimo.sum %[[E]] over [0, 1] keepdim false
// VJP:         return %[[DY]], %[[DN]] : tensor<?x4xf32>, tensor<f32>
// CHECK-LABEL: func.func @select
// CHECK:         ^bb0(%[[C:.*]]: i1, %[[YES:.*]]: f32, %[[NO:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT:    %[[Z:.*]] = arith.select %[[C]], %[[YES]], %[[NO]] : f32
// CHECK-NEXT:    linalg.yield %[[Z]]

// A condition for every element between two rows: each is summed over the batch.
func.func @rows(%c: tensor<?x4xi1>, %yes: tensor<4xf32>, %no: tensor<1x4xf32>) -> tensor<?x4xf32> {
  %0 = mimo.select %c, %yes, %no : tensor<?x4xi1>, tensor<4xf32>, tensor<1x4xf32>
  return %0 : tensor<?x4xf32>
}
// VJP-LABEL: func.func @rows(
// VJP:         %[[Y:.*]] = mimo.select
// VJP:         %[[DY:.*]] = mimo.sum %[[Y]] over [0] keepdim false
// VJP:         %[[N:.*]] = mimo.select
// VJP:         %[[DN:.*]] = mimo.sum %[[N]] over [0] keepdim true
// VJP:         return %[[DY]], %[[DN]] : tensor<4xf32>, tensor<1x4xf32>

// Labels are chosen like numbers and have no gradient.
func.func @labels(%c: tensor<?xi1>, %yes: tensor<?xi64>, %no: tensor<i64>) -> tensor<?xi64> {
  %0 = mimo.select %c, %yes, %no : tensor<?xi1>, tensor<?xi64>, tensor<i64>
  return %0 : tensor<?xi64>
}
// CHECK-LABEL: func.func @labels
// CHECK:         arith.select %{{.*}} : i64
