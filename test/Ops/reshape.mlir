// reshape: the same elements in row-major order; the cotangent goes back.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @regroup(%x: tensor<?x2x6xf32>) -> tensor<?x3x4xf32> {
  %0 = mimo.reshape %x to [-1, 3, 4] : tensor<?x2x6xf32>
  return %0 : tensor<?x3x4xf32>
}
// VJP-LABEL: func.func @regroup(
// VJP-SAME:    %{{[^:]*}}: tensor<?x2x6xf32>, %[[G:[^:]*]]: tensor<?x3x4xf32>)
// VJP:         %[[D:.*]] = mimo.reshape %[[G]] to [-1, 2, 6]
// VJP:         return %[[D]]
// CHECK-LABEL: func.func @regroup
// CHECK:         %[[FLAT:.*]] = tensor.collapse_shape %arg0 {{\[\[}}0], [1, 2]] : tensor<?x2x6xf32> into tensor<?x12xf32>
// CHECK:         tensor.expand_shape %[[FLAT]] {{\[\[}}0], [1, 2]] {{.*}} into tensor<?x3x4xf32>

// A column of the batch and back.
func.func @column(%x: tensor<?xf32>) -> (tensor<?x1xf32>, tensor<?xf32>) {
  %0 = mimo.reshape %x to [-1, 1] : tensor<?xf32>
  %1 = mimo.reshape %0 to [-1] : tensor<?x1xf32>
  return %0, %1 : tensor<?x1xf32>, tensor<?xf32>
}
// CHECK-LABEL: func.func @column
// CHECK:         %[[C:.*]] = tensor.expand_shape %arg0 {{\[\[}}0, 1]] {{.*}} into tensor<?x1xf32>
// CHECK:         tensor.collapse_shape %[[C]] {{\[\[}}0, 1]] : tensor<?x1xf32> into tensor<?xf32>

// Without a batch, to a number and to the shape it has.
func.func @static(%x: tensor<2x3xf32>, %y: tensor<1x1xf32>) -> (tensor<6xf32>, tensor<f32>, tensor<2x3xf32>) {
  %0 = mimo.reshape %x to [6] : tensor<2x3xf32>
  %1 = mimo.reshape %y to [] : tensor<1x1xf32>
  %2 = mimo.reshape %x to [2, 3] : tensor<2x3xf32>
  return %0, %1, %2 : tensor<6xf32>, tensor<f32>, tensor<2x3xf32>
}
// VJP-LABEL: func.func @static(
// VJP-SAME:    %[[G0:[^:]*]]: tensor<6xf32>, %[[G1:[^:]*]]: tensor<f32>, %[[G2:[^:]*]]: tensor<2x3xf32>)
// VJP-DAG:     %[[BACK:.*]] = mimo.reshape %[[G0]] to [2, 3]
// VJP-DAG:     %[[DY:.*]] = mimo.reshape %[[G1]] to [1, 1]
// VJP:         %[[DX:.*]] = mimo.add %[[G2]], %[[BACK]]
// VJP:         return %[[DX]], %[[DY]]
// CHECK-LABEL: func.func @static
// CHECK:         %[[A:.*]] = tensor.collapse_shape %arg0 {{\[\[}}0, 1]]
// CHECK:         %[[B:.*]] = tensor.collapse_shape %arg1 [] : tensor<1x1xf32> into tensor<f32>
// CHECK:         return %[[A]], %[[B]], %arg0
