// logsumexp: m + log sum exp(x - m); the shift m is 0 where the maximum is infinite.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @rows(%x: tensor<?x4xf32>) -> tensor<?xf32> {
  %r = mimo.logsumexp %x over [1] keepdim false : tensor<?x4xf32>
  return %r : tensor<?xf32>
}
// VJP-LABEL: func.func @rows(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4xf32>, %[[G:[^:]*]]: tensor<?xf32>)
// VJP:         %[[LOGSUMEXP:.*]] = mimo.logsumexp %[[X]] over [1] keepdim false
// VJP:         %[[BROADCAST_LIKE:.*]] = mimo.broadcast_like %[[G]] like %[[X]] dims [0]
// VJP:         %[[BROADCAST_LIKE_2:.*]] = mimo.broadcast_like %[[LOGSUMEXP]] like %[[X]] dims [0]
// VJP:         %[[SUB:.*]] = mimo.sub %[[X]], %[[BROADCAST_LIKE_2]]
// VJP:         %[[EXP:.*]] = mimo.exp %[[SUB]]
// VJP:         %[[MUL:.*]] = mimo.mul %[[BROADCAST_LIKE]], %[[EXP]]
// VJP:         return %[[MUL]]
// CHECK-LABEL: func.func @rows(
// CHECK:         linalg.generic {{.*}}["parallel", "reduction"]
// CHECK:           arith.maximumf
// CHECK:         tensor.expand_shape
// CHECK:         linalg.generic {{.*}}["parallel", "parallel"]
// CHECK:           math.absf
// CHECK:         linalg.generic {{.*}}["parallel", "parallel"]
// CHECK:           arith.cmpf oeq
// CHECK:         linalg.generic {{.*}}["parallel", "parallel"]
// CHECK:           arith.select
// CHECK:         linalg.generic {{.*}}["parallel", "parallel"]
// CHECK:           arith.subf
// CHECK:         linalg.generic {{.*}}["parallel", "parallel"]
// CHECK:           math.exp
// CHECK:         linalg.generic {{.*}}["parallel", "reduction"]
// CHECK:           arith.addf
// CHECK:         linalg.generic {{.*}}["parallel"]
// CHECK:           math.log
// CHECK:         tensor.collapse_shape
// CHECK:         linalg.generic {{.*}}["parallel"]
// CHECK:           arith.addf
