// norm: g sign(x) |x|^(p - 1) / y^(p - 1), and 0 where y = 0.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @two(%x: tensor<?x4xf32>) -> tensor<?xf32> {
  %r = mimo.norm %x over [1] keepdim false {p = 2.0 : f64} : tensor<?x4xf32>
  return %r : tensor<?xf32>
}
// VJP-LABEL: func.func @two(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4xf32>, %[[G:[^:]*]]: tensor<?xf32>)
// VJP:         %[[NORM:.*]] = mimo.norm %[[X]] over [1] keepdim false {p = 2.000000e+00
// VJP:         %[[CONSTANT:.*]] = mimo.constant 0.000000e+00 : f32
// VJP:         %[[EQ:.*]] = mimo.eq %[[NORM]], %[[CONSTANT]]
// VJP:         %[[DIV:.*]] = mimo.div %[[G]], %[[NORM]]
// VJP:         %[[SELECT:.*]] = mimo.select %[[EQ]], %[[CONSTANT]], %[[DIV]]
// VJP:         %[[BROADCAST_LIKE:.*]] = mimo.broadcast_like %[[SELECT]] like %[[X]] dims [0]
// VJP:         %[[MUL:.*]] = mimo.mul %[[X]], %[[BROADCAST_LIKE]]
// VJP:         return %[[MUL]]
// CHECK-LABEL: func.func @two(
// CHECK:         linalg.generic {{.*}}["parallel", "parallel"]
// CHECK:           arith.mulf
// CHECK:         linalg.generic {{.*}}["parallel", "reduction"]
// CHECK:           arith.addf
// CHECK:         linalg.generic {{.*}}["parallel"]
// CHECK:           math.sqrt

func.func @one(%x: tensor<?x4xf32>) -> tensor<?xf32> {
  %r = mimo.norm %x over [1] keepdim false {p = 1.0 : f64} : tensor<?x4xf32>
  return %r : tensor<?xf32>
}
// VJP-LABEL: func.func @one(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4xf32>, %[[G:[^:]*]]: tensor<?xf32>)
// VJP:         %[[SIGN:.*]] = mimo.sign %[[X]]
// VJP:         %[[BROADCAST_LIKE:.*]] = mimo.broadcast_like %[[G]] like %[[X]] dims [0]
// VJP:         %[[MUL:.*]] = mimo.mul %[[SIGN]], %[[BROADCAST_LIKE]]
// VJP:         return %[[MUL]]
// CHECK-LABEL: func.func @one(
// CHECK:         linalg.generic {{.*}}["parallel", "parallel"]
// CHECK:           math.absf
// CHECK:         linalg.generic {{.*}}["parallel", "reduction"]
// CHECK:           arith.addf

func.func @three(%x: tensor<?x4xf32>) -> tensor<?x1xf32> {
  %r = mimo.norm %x over [1] keepdim true {p = 3.0 : f64} : tensor<?x4xf32>
  return %r : tensor<?x1xf32>
}
// VJP-LABEL: func.func @three(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4xf32>, %[[G:[^:]*]]: tensor<?x1xf32>)
// VJP:         %[[NORM:.*]] = mimo.norm %[[X]] over [1] keepdim true {p = 3.000000e+00
// VJP:         %[[CONSTANT:.*]] = mimo.constant 0.000000e+00 : f32
// VJP:         %[[EQ:.*]] = mimo.eq %[[NORM]], %[[CONSTANT]]
// VJP:         %[[POW:.*]] = mimo.pow %[[NORM]] {exponent = 2.000000e+00
// VJP:         %[[DIV:.*]] = mimo.div %[[G]], %[[POW]]
// VJP:         %[[SELECT:.*]] = mimo.select %[[EQ]], %[[CONSTANT]], %[[DIV]]
// VJP:         %[[SIGN:.*]] = mimo.sign %[[X]]
// VJP:         %[[ABS:.*]] = mimo.abs %[[X]]
// VJP:         %[[POW_2:.*]] = mimo.pow %[[ABS]] {exponent = 2.000000e+00
// VJP:         %[[MUL:.*]] = mimo.mul %[[SIGN]], %[[POW_2]]
// VJP:         %[[BROADCAST_LIKE:.*]] = mimo.broadcast_like %[[SELECT]] like %[[X]] dims [0, 1]
// VJP:         %[[MUL_2:.*]] = mimo.mul %[[MUL]], %[[BROADCAST_LIKE]]
// VJP:         return %[[MUL_2]]
// CHECK-LABEL: func.func @three(
// CHECK:         linalg.generic {{.*}}["parallel", "parallel"]
// CHECK:           math.absf
// CHECK:         linalg.generic {{.*}}["parallel", "parallel"]
// CHECK:           arith.mulf
// CHECK:           arith.mulf
// CHECK:         linalg.generic {{.*}}["parallel", "reduction"]
// CHECK:           arith.addf
// CHECK:         tensor.expand_shape
// CHECK:         linalg.generic {{.*}}["parallel", "parallel"]
// CHECK:           math.powf

func.func @largest(%x: tensor<?x4xf32>) -> tensor<?xf32> {
  %r = mimo.norm %x over [1] keepdim false {p = 0x7FF0000000000000 : f64} : tensor<?x4xf32>
  return %r : tensor<?xf32>
}
// VJP-LABEL: func.func @largest(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4xf32>, %[[G:[^:]*]]: tensor<?xf32>)
// VJP:         %[[NORM:.*]] = mimo.norm %[[X]] over [1] keepdim false {p = 0x7FF0000000000000
// VJP:         %[[BROADCAST_LIKE:.*]] = mimo.broadcast_like %[[G]] like %[[X]] dims [0]
// VJP:         %[[BROADCAST_LIKE_2:.*]] = mimo.broadcast_like %[[NORM]] like %[[X]] dims [0]
// VJP:         %[[ISNAN:.*]] = mimo.isnan %[[X]]
// VJP:         %[[ABS:.*]] = mimo.abs %[[X]]
// VJP:         %[[EQ:.*]] = mimo.eq %[[ABS]], %[[BROADCAST_LIKE_2]]
// VJP:         %[[OR:.*]] = mimo.or %[[EQ]], %[[ISNAN]]
// VJP:         %[[CAST:.*]] = mimo.cast %[[OR]] to f32
// VJP:         %[[SIGN:.*]] = mimo.sign %[[X]]
// VJP:         %[[SUM:.*]] = mimo.sum %[[CAST]] over [1] keepdim true
// VJP:         %[[DIV:.*]] = mimo.div %[[BROADCAST_LIKE]], %[[SUM]]
// VJP:         %[[MUL:.*]] = mimo.mul %[[CAST]], %[[DIV]]
// VJP:         %[[MUL_2:.*]] = mimo.mul %[[SIGN]], %[[MUL]]
// VJP:         return %[[MUL_2]]
// CHECK-LABEL: func.func @largest(
// CHECK:         linalg.generic {{.*}}["parallel", "parallel"]
// CHECK:           math.absf
// CHECK:         linalg.generic {{.*}}["parallel", "reduction"]
// CHECK:           arith.maximumf
