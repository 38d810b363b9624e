// min: the elements that equal the minimum share the cotangent.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @rows(%x: tensor<?x4xf32>) -> tensor<?xf32> {
  %r = mimo.min %x over [1] keepdim false : tensor<?x4xf32>
  return %r : tensor<?xf32>
}
// VJP-LABEL: func.func @rows(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4xf32>, %[[G:[^:]*]]: tensor<?xf32>)
// VJP:         %[[MIN:.*]] = mimo.min %[[X]] over [1] keepdim false
// VJP:         %[[BROADCAST_LIKE:.*]] = mimo.broadcast_like %[[MIN]] like %[[X]] dims [0]
// VJP:         %[[EQ:.*]] = mimo.eq %[[X]], %[[BROADCAST_LIKE]]
// VJP:         %[[CAST:.*]] = mimo.cast %[[EQ]] to f32
// VJP:         %[[BROADCAST_LIKE_2:.*]] = mimo.broadcast_like %[[G]] like %[[X]] dims [0]
// VJP:         %[[MUL:.*]] = mimo.mul %[[BROADCAST_LIKE_2]], %[[CAST]]
// VJP:         %[[SUM:.*]] = mimo.sum %[[CAST]] over [1] keepdim true
// VJP:         %[[DIV:.*]] = mimo.div %[[MUL]], %[[SUM]]
// VJP:         return %[[DIV]]
// CHECK-LABEL: func.func @rows(
// CHECK:         linalg.generic {{.*}}["parallel", "reduction"]
// CHECK:           arith.minimumf
