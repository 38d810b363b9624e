// tile: the cotangent of an element is the sum over its copies.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @both(%x: tensor<?x4x3xf32>) -> tensor<?x8x15xf32> {
  %r = mimo.tile %x by [2, 5] : tensor<?x4x3xf32>
  return %r : tensor<?x8x15xf32>
}
// VJP-LABEL: func.func @both(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4x3xf32>, %[[G:[^:]*]]: tensor<?x8x15xf32>)
// VJP:         %[[RESHAPE:.*]] = mimo.reshape %[[G]] to [-1, 2, 4, 5, 3]
// VJP:         %[[SUM:.*]] = mimo.sum %[[RESHAPE]] over [1, 3] keepdim false
// VJP:         return %[[SUM]]
// CHECK-LABEL: func.func @both(
// CHECK:         linalg.generic {{.*}}["parallel", "parallel", "parallel", "parallel", "parallel"]
// CHECK:         tensor.collapse_shape
// CHECK:         tensor.expand_shape

func.func @once(%x: tensor<?x4x3xf32>) -> tensor<?x4x3xf32> {
  %r = mimo.tile %x by [1, 1] : tensor<?x4x3xf32>
  return %r : tensor<?x4x3xf32>
}
// VJP-LABEL: func.func @once(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4x3xf32>, %[[G:[^:]*]]: tensor<?x4x3xf32>)
// VJP:         return %[[G]]
// CHECK-LABEL: func.func @once(
