// broadcast_like: the cotangent is summed over the dimensions that x lacks and over those that it stretches.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

// CHECK-DAG: #[[TRAILING:.*]] = affine_map<(d0, d1, d2) -> (0, d2)>
// CHECK-DAG: #[[LEADING:.*]] = affine_map<(d0, d1, d2) -> (d0)>

func.func @trailing(%x: tensor<1x3xf32>, %like: tensor<?x4x3xf32>) -> tensor<?x4x3xf32> {
  %0 = mimo.broadcast_like %x like %like dims [1, 2] : tensor<1x3xf32>, tensor<?x4x3xf32>
  return %0 : tensor<?x4x3xf32>
}
// VJP-LABEL: func.func @trailing(
// VJP-SAME:    %{{[^:]*}}: tensor<1x3xf32>, %[[LIKE:[^:]*]]: tensor<?x4x3xf32>, %[[G:[^:]*]]: tensor<?x4x3xf32>)
// VJP:         %[[A:.*]] = mimo.sum %[[G]] over [0] keepdim false
// VJP:         %[[DX:.*]] = mimo.sum %[[A]] over [0] keepdim true : tensor<4x3xf32>
// VJP:         mimo.zeros %[[LIKE]]
// VJP:         return %[[DX]]
// CHECK-LABEL: func.func @trailing
// CHECK:         linalg.generic {indexing_maps = [#[[TRAILING]], #{{.*}}]{{.*}} ins(%arg0 : tensor<1x3xf32>)

// One number a sample, to all of the sample's elements; `like` gives the shape only, not the element type.
func.func @leading(%x: tensor<?xf64>, %like: tensor<?x4x3xf32>) -> tensor<?x4x3xf64> {
  %0 = mimo.broadcast_like %x like %like dims [0] : tensor<?xf64>, tensor<?x4x3xf32>
  return %0 : tensor<?x4x3xf64>
}
// VJP-LABEL: func.func @leading(
// VJP:         %[[DX:.*]] = mimo.sum %{{.*}} over [1, 2] keepdim false : tensor<?x4x3xf64>
// VJP:         return %[[DX]]
// CHECK-LABEL: func.func @leading
// CHECK:         linalg.generic {indexing_maps = [#[[LEADING]], #{{.*}}]

func.func @number(%x: tensor<f32>, %like: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = mimo.broadcast_like %x like %like dims [] : tensor<f32>, tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}
// VJP-LABEL: func.func @number(
// VJP:         %[[DX:.*]] = mimo.sum %{{.*}} over [0, 1] keepdim false : tensor<?x4xf32>
// VJP:         return %[[DX]]
