// sum: the cotangent, repeated over what was summed.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @batch(%x: tensor<?x4x3xf32>) -> tensor<4x3xf32> {
  %0 = mimo.sum %x over [0] keepdim false : tensor<?x4x3xf32>
  return %0 : tensor<4x3xf32>
}
// VJP-LABEL: func.func @batch(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4x3xf32>, %[[G:[^:]*]]: tensor<4x3xf32>)
// VJP:         %[[D:.*]] = mimo.broadcast_like %[[G]] like %[[X]] dims [1, 2]
// VJP:         return %[[D]]
// CHECK-LABEL: func.func @batch
// CHECK:         %[[ZERO:.*]] = linalg.fill {{.*}} -> tensor<4x3xf32>
// CHECK:         linalg.generic {{.*}}["reduction", "parallel", "parallel"]} ins(%arg0 : {{.*}}) outs(%[[ZERO]] :
// CHECK:         ^bb0(%[[X:.*]]: f32, %[[S:.*]]: f32):
// CHECK-NEXT:    arith.addf %[[S]], %[[X]]

// Axes count from the end, in any order; they stay with size 1.
func.func @kept(%x: tensor<?x4x3xf32>) -> tensor<?x1x1xf32> {
  %0 = mimo.sum %x over [-1, 1] keepdim true : tensor<?x4x3xf32>
  return %0 : tensor<?x1x1xf32>
}
// VJP-LABEL: func.func @kept(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4x3xf32>, %[[G:[^:]*]]: tensor<?x1x1xf32>)
// VJP:         %[[D:.*]] = mimo.broadcast_like %[[G]] like %[[X]] dims [0, 1, 2]
// VJP:         return %[[D]]
// CHECK-LABEL: func.func @kept
// CHECK:         %[[S:.*]] = linalg.generic {{.*}}["parallel", "reduction", "reduction"]
// CHECK:         tensor.expand_shape %[[S]] {{\[\[}}0, 1, 2]] {{.*}} : tensor<?xf32> into tensor<?x1x1xf32>

// No axes are all axes.
func.func @all(%x: tensor<?x4xf32>) -> tensor<f32> {
  %0 = mimo.sum %x over [] keepdim false : tensor<?x4xf32>
  return %0 : tensor<f32>
}
// VJP-LABEL: func.func @all(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4xf32>, %[[G:[^:]*]]: tensor<f32>)
// VJP:         %[[D:.*]] = mimo.broadcast_like %[[G]] like %[[X]] dims []
// VJP:         return %[[D]]
// CHECK-LABEL: func.func @all
// CHECK:         linalg.generic {{.*}}["reduction", "reduction"]

// A single number is its own sum and mean, and the cotangent is that of the result.
func.func @number(%x: tensor<f32>) -> tensor<f32> {
  %0 = mimo.sum %x over [] keepdim false : tensor<f32>
  return %0 : tensor<f32>
}
// VJP-LABEL: func.func @number(
// VJP-SAME:    %{{[^:]*}}: tensor<f32>, %[[G:[^:]*]]: tensor<f32>)
// VJP-NEXT:    return %[[G]]
// CHECK-LABEL: func.func @number
// CHECK-NEXT:    return %arg0
