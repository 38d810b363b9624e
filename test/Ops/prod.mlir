// prod: g times the product of the others: y / x, and where x = 0 the product of all that is not 0, unless two are.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @rows(%x: tensor<?x4xf32>) -> tensor<?xf32> {
  %r = mimo.prod %x over [1] keepdim false : tensor<?x4xf32>
  return %r : tensor<?xf32>
}
// VJP-LABEL: func.func @rows(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4xf32>, %[[G:[^:]*]]: tensor<?xf32>)
// VJP:         %[[PROD:.*]] = mimo.prod %[[X]] over [1] keepdim false
// VJP:         %[[CONSTANT:.*]] = mimo.constant 0.000000e+00 : f32
// VJP:         %[[EQ:.*]] = mimo.eq %[[X]], %[[CONSTANT]]
// VJP:         %[[CONSTANT_2:.*]] = mimo.constant 1.000000e+00 : f32
// VJP:         %[[SELECT:.*]] = mimo.select %[[EQ]], %[[CONSTANT_2]], %[[X]]
// VJP:         %[[PROD_2:.*]] = mimo.prod %[[SELECT]] over [1] keepdim true
// VJP:         %[[CAST:.*]] = mimo.cast %[[EQ]] to f32
// VJP:         %[[SUM:.*]] = mimo.sum %[[CAST]] over [1] keepdim true
// VJP:         %[[LE:.*]] = mimo.le %[[SUM]], %[[CONSTANT_2]]
// VJP:         %[[MUL:.*]] = mimo.mul %[[PROD_2]], %[[CONSTANT]]
// VJP:         %[[SELECT_2:.*]] = mimo.select %[[LE]], %[[PROD_2]], %[[MUL]]
// VJP:         %[[BROADCAST_LIKE:.*]] = mimo.broadcast_like %[[G]] like %[[X]] dims [0]
// VJP:         %[[BROADCAST_LIKE_2:.*]] = mimo.broadcast_like %[[PROD]] like %[[X]] dims [0]
// VJP:         %[[DIV:.*]] = mimo.div %[[BROADCAST_LIKE_2]], %[[X]]
// VJP:         %[[SELECT_3:.*]] = mimo.select %[[EQ]], %[[SELECT_2]], %[[DIV]]
// VJP:         %[[MUL_2:.*]] = mimo.mul %[[BROADCAST_LIKE]], %[[SELECT_3]]
// VJP:         return %[[MUL_2]]
// CHECK-LABEL: func.func @rows(
// CHECK:         linalg.generic {{.*}}["parallel", "reduction"]
// CHECK:           arith.mulf

func.func @kept(%x: tensor<?x4x3xf32>) -> tensor<?x1x1xf32> {
  %r = mimo.prod %x over [1, 2] keepdim true : tensor<?x4x3xf32>
  return %r : tensor<?x1x1xf32>
}
// VJP-LABEL: func.func @kept(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4x3xf32>, %[[G:[^:]*]]: tensor<?x1x1xf32>)
// VJP:         %[[PROD:.*]] = mimo.prod %[[X]] over [1, 2] keepdim true
// VJP:         %[[CONSTANT:.*]] = mimo.constant 0.000000e+00 : f32
// VJP:         %[[EQ:.*]] = mimo.eq %[[X]], %[[CONSTANT]]
// VJP:         %[[CONSTANT_2:.*]] = mimo.constant 1.000000e+00 : f32
// VJP:         %[[SELECT:.*]] = mimo.select %[[EQ]], %[[CONSTANT_2]], %[[X]]
// VJP:         %[[PROD_2:.*]] = mimo.prod %[[SELECT]] over [1, 2] keepdim true
// VJP:         %[[CAST:.*]] = mimo.cast %[[EQ]] to f32
// VJP:         %[[SUM:.*]] = mimo.sum %[[CAST]] over [1, 2] keepdim true
// VJP:         %[[LE:.*]] = mimo.le %[[SUM]], %[[CONSTANT_2]]
// VJP:         %[[MUL:.*]] = mimo.mul %[[PROD_2]], %[[CONSTANT]]
// VJP:         %[[SELECT_2:.*]] = mimo.select %[[LE]], %[[PROD_2]], %[[MUL]]
// VJP:         %[[BROADCAST_LIKE:.*]] = mimo.broadcast_like %[[G]] like %[[X]] dims [0, 1, 2]
// VJP:         %[[BROADCAST_LIKE_2:.*]] = mimo.broadcast_like %[[PROD]] like %[[X]] dims [0, 1, 2]
// VJP:         %[[DIV:.*]] = mimo.div %[[BROADCAST_LIKE_2]], %[[X]]
// VJP:         %[[SELECT_3:.*]] = mimo.select %[[EQ]], %[[SELECT_2]], %[[DIV]]
// VJP:         %[[MUL_2:.*]] = mimo.mul %[[BROADCAST_LIKE]], %[[SELECT_3]]
// VJP:         return %[[MUL_2]]
// CHECK-LABEL: func.func @kept(
// CHECK:         linalg.generic {{.*}}["parallel", "reduction", "reduction"]
// CHECK:           arith.mulf
// CHECK:         tensor.expand_shape
