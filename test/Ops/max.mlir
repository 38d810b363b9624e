// max: the elements that equal the maximum share the cotangent.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @rows(%x: tensor<?x4xf32>) -> tensor<?xf32> {
  %r = mimo.max %x over [1] keepdim false : tensor<?x4xf32>
  return %r : tensor<?xf32>
}
// VJP-LABEL: func.func @rows(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4xf32>, %[[G:[^:]*]]: tensor<?xf32>)
// VJP:         %[[MAX:.*]] = mimo.max %[[X]] over [1] keepdim false
// VJP:         %[[BROADCAST_LIKE:.*]] = mimo.broadcast_like %[[MAX]] like %[[X]] dims [0]
// VJP:         %[[EQ:.*]] = mimo.eq %[[X]], %[[BROADCAST_LIKE]]
// VJP:         %[[CAST:.*]] = mimo.cast %[[EQ]] to f32
// VJP:         %[[BROADCAST_LIKE_2:.*]] = mimo.broadcast_like %[[G]] like %[[X]] dims [0]
// VJP:         %[[MUL:.*]] = mimo.mul %[[BROADCAST_LIKE_2]], %[[CAST]]
// VJP:         %[[SUM:.*]] = mimo.sum %[[CAST]] over [1] keepdim true
// VJP:         %[[DIV:.*]] = mimo.div %[[MUL]], %[[SUM]]
// VJP:         return %[[DIV]]
// CHECK-LABEL: func.func @rows(
// CHECK:         linalg.generic {{.*}}["parallel", "reduction"]
// CHECK:           arith.maximumf

func.func @two(%x: tensor<?x4x3xf32>) -> tensor<1x4x1xf32> {
  %r = mimo.max %x over [0, -1] keepdim true : tensor<?x4x3xf32>
  return %r : tensor<1x4x1xf32>
}
// VJP-LABEL: func.func @two(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4x3xf32>, %[[G:[^:]*]]: tensor<1x4x1xf32>)
// VJP:         %[[MAX:.*]] = mimo.max %[[X]] over [0, -1] keepdim true
// VJP:         %[[BROADCAST_LIKE:.*]] = mimo.broadcast_like %[[MAX]] like %[[X]] dims [0, 1, 2]
// VJP:         %[[EQ:.*]] = mimo.eq %[[X]], %[[BROADCAST_LIKE]]
// VJP:         %[[CAST:.*]] = mimo.cast %[[EQ]] to f32
// VJP:         %[[BROADCAST_LIKE_2:.*]] = mimo.broadcast_like %[[G]] like %[[X]] dims [0, 1, 2]
// VJP:         %[[MUL:.*]] = mimo.mul %[[BROADCAST_LIKE_2]], %[[CAST]]
// VJP:         %[[SUM:.*]] = mimo.sum %[[CAST]] over [0, 2] keepdim true
// VJP:         %[[DIV:.*]] = mimo.div %[[MUL]], %[[SUM]]
// VJP:         return %[[DIV]]
// CHECK-LABEL: func.func @two(
// CHECK:         linalg.generic {{.*}}["reduction", "parallel", "reduction"]
// CHECK:           arith.maximumf
// CHECK:         tensor.expand_shape
