// log_softmax: x - max - log sum exp(x - max); dx = g - exp(y) sum(g).
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @rows(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %r = mimo.log_softmax %x along -1 : tensor<?x4xf32>
  return %r : tensor<?x4xf32>
}
// VJP-LABEL: func.func @rows(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4xf32>, %[[G:[^:]*]]: tensor<?x4xf32>)
// VJP:         %[[LOG_SOFTMAX:.*]] = mimo.log_softmax %[[X]] along -1
// VJP:         %[[EXP:.*]] = mimo.exp %[[LOG_SOFTMAX]]
// VJP:         %[[SUM:.*]] = mimo.sum %[[G]] over [1] keepdim true
// VJP:         %[[MUL:.*]] = mimo.mul %[[EXP]], %[[SUM]]
// VJP:         %[[SUB:.*]] = mimo.sub %[[G]], %[[MUL]]
// VJP:         return %[[SUB]]
// CHECK-LABEL: func.func @rows(
// CHECK:         linalg.generic {{.*}}["parallel", "reduction"]
// CHECK:           arith.maximumf
// CHECK:         tensor.expand_shape
// CHECK:         linalg.generic {{.*}}["parallel", "parallel"]
// CHECK:           arith.subf
// CHECK:           math.exp
// CHECK:         linalg.generic {{.*}}["parallel", "reduction"]
// CHECK:           arith.addf
// CHECK:         tensor.expand_shape
// CHECK:         tensor.expand_shape
// CHECK:         linalg.generic {{.*}}["parallel", "parallel"]
// CHECK:           math.log
// CHECK:         linalg.generic {{.*}}["parallel", "parallel"]
// CHECK:           arith.subf
// CHECK:           arith.subf

func.func @middle(%x: tensor<?x4x3xf32>) -> tensor<?x4x3xf32> {
  %r = mimo.log_softmax %x along 1 : tensor<?x4x3xf32>
  return %r : tensor<?x4x3xf32>
}
// VJP-LABEL: func.func @middle(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4x3xf32>, %[[G:[^:]*]]: tensor<?x4x3xf32>)
// VJP:         %[[LOG_SOFTMAX:.*]] = mimo.log_softmax %[[X]] along 1
// VJP:         %[[EXP:.*]] = mimo.exp %[[LOG_SOFTMAX]]
// VJP:         %[[SUM:.*]] = mimo.sum %[[G]] over [1] keepdim true
// VJP:         %[[MUL:.*]] = mimo.mul %[[EXP]], %[[SUM]]
// VJP:         %[[SUB:.*]] = mimo.sub %[[G]], %[[MUL]]
// VJP:         return %[[SUB]]
// CHECK-LABEL: func.func @middle(
// CHECK:         linalg.generic {{.*}}["parallel", "reduction", "parallel"]
// CHECK:           arith.maximumf
// CHECK:         tensor.expand_shape
// CHECK:         linalg.generic {{.*}}["parallel", "parallel", "parallel"]
// CHECK:           arith.subf
// CHECK:           math.exp
// CHECK:         linalg.generic {{.*}}["parallel", "reduction", "parallel"]
// CHECK:           arith.addf
// CHECK:         tensor.expand_shape
// CHECK:         tensor.expand_shape
// CHECK:         linalg.generic {{.*}}["parallel", "parallel", "parallel"]
// CHECK:           math.log
// CHECK:         linalg.generic {{.*}}["parallel", "parallel", "parallel"]
// CHECK:           arith.subf
// CHECK:           arith.subf
