// mul: dx = g y, dy = g x, each summed over what was broadcast.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

// CHECK-DAG: #[[ID:.*]] = affine_map<(d0, d1) -> (d0, d1)>
// CHECK-DAG: #[[ROW:.*]] = affine_map<(d0, d1) -> (d1)>
// CHECK-DAG: #[[NUMBER:.*]] = affine_map<(d0, d1) -> ()>
// CHECK-DAG: #[[COLUMN:.*]] = affine_map<(d0, d1) -> (d0, 0)>
// CHECK-DAG: #[[STRETCH:.*]] = affine_map<(d0, d1) -> (0, d1)>

// A row for every sample: its cotangent is summed over the batch.
func.func @row(%x: tensor<?x4xf32>, %y: tensor<4xf32>) -> tensor<?x4xf32> {
  %0 = mimo.mul %x, %y : tensor<?x4xf32>, tensor<4xf32>
  return %0 : tensor<?x4xf32>
}
// VJP-LABEL: func.func @row(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4xf32>, %[[Y:[^:]*]]: tensor<4xf32>, %[[G:[^:]*]]: tensor<?x4xf32>)
// VJP:         %[[DX:.*]] = mimo.mul %[[G]], %[[Y]]
// VJP:         %[[GX:.*]] = mimo.mul %[[G]], %[[X]]
// VJP:         %[[DY:.*]] = mimo.sum %[[GX]] over [0] keepdim false
// VJP:         return %[[DX]], %[[DY]]
// CHECK-LABEL: func.func @row
// CHECK:         linalg.generic {indexing_maps = [#[[ID]], #[[ROW]], #[[ID]]]
// CHECK:         ^bb0(%[[X:.*]]: f32, %[[Y:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT:    %[[Z:.*]] = arith.mulf %[[X]], %[[Y]] : f32
// CHECK-NEXT:    linalg.yield %[[Z]]

// A number on the left: summed over everything.
func.func @number(%x: tensor<f32>, %y: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = mimo.mul %x, %y : tensor<f32>, tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}
// VJP-LABEL: func.func @number(
// VJP-SAME:    %[[X:[^:]*]]: tensor<f32>, %[[Y:[^:]*]]: tensor<?x4xf32>, %[[G:[^:]*]]: tensor<?x4xf32>)
// VJP:         %[[GY:.*]] = mimo.mul %[[G]], %[[Y]]
// VJP:         %[[DX:.*]] = mimo.sum %[[GY]] over [0, 1] keepdim false
// VJP:         %[[DY:.*]] = mimo.mul %[[G]], %[[X]]
// VJP:         return %[[DX]], %[[DY]]
// CHECK-LABEL: func.func @number
// CHECK:         linalg.generic {indexing_maps = [#[[NUMBER]], #[[ID]], #[[ID]]]

// Both stretch: each is summed over the other's dimension, which it keeps with size 1.
func.func @outer(%x: tensor<1x4xf32>, %y: tensor<?x1xf32>) -> tensor<?x4xf32> {
  %0 = mimo.mul %x, %y : tensor<1x4xf32>, tensor<?x1xf32>
  return %0 : tensor<?x4xf32>
}
// VJP-LABEL: func.func @outer(
// VJP-SAME:    %[[X:[^:]*]]: tensor<1x4xf32>, %[[Y:[^:]*]]: tensor<?x1xf32>, %[[G:[^:]*]]: tensor<?x4xf32>)
// VJP:         %[[GY:.*]] = mimo.mul %[[G]], %[[Y]]
// VJP:         %[[DX:.*]] = mimo.sum %[[GY]] over [0] keepdim true
// VJP:         %[[GX:.*]] = mimo.mul %[[G]], %[[X]]
// VJP:         %[[DY:.*]] = mimo.sum %[[GX]] over [1] keepdim true
// VJP:         return %[[DX]], %[[DY]]
// CHECK-LABEL: func.func @outer
// The batch is that of the operand that has one.
// CHECK:         tensor.dim %arg1
// CHECK:         linalg.generic {indexing_maps = [#[[STRETCH]], #[[COLUMN]], #[[ID]]]

// Whole numbers have no gradient.
func.func @whole(%x: tensor<?xi64>, %y: tensor<i64>) -> tensor<?xi64> {
  %0 = mimo.mul %x, %y : tensor<?xi64>, tensor<i64>
  return %0 : tensor<?xi64>
}
// VJP-LABEL: func.func @whole(
// VJP-NOT:     mimo.
// VJP:         return
// CHECK-LABEL: func.func @whole
// CHECK:         arith.muli

// One value twice: both cotangents are added.
func.func @square(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = mimo.mul %x, %x : tensor<?x4xf32>, tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}
// VJP-LABEL: func.func @square(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4xf32>, %[[G:[^:]*]]: tensor<?x4xf32>)
// VJP:         %[[GX:.*]] = mimo.mul %[[G]], %[[X]]
// VJP-NEXT:    %[[D:.*]] = mimo.add %[[GX]], %[[GX]]
// VJP-NEXT:    return %[[D]]
