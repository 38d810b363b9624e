// softmin: softmax(-x); dx = -y (g - sum(g y)).
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @rows(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %r = mimo.softmin %x along -1 : tensor<?x4xf32>
  return %r : tensor<?x4xf32>
}
// VJP-LABEL: func.func @rows(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4xf32>, %[[G:[^:]*]]: tensor<?x4xf32>)
// VJP:         %[[SOFTMIN:.*]] = mimo.softmin %[[X]] along -1
// VJP:         %[[MUL:.*]] = mimo.mul %[[G]], %[[SOFTMIN]]
// VJP:         %[[SUM:.*]] = mimo.sum %[[MUL]] over [1] keepdim true
// VJP:         %[[SUB:.*]] = mimo.sub %[[G]], %[[SUM]]
// VJP:         %[[MUL_2:.*]] = mimo.mul %[[SOFTMIN]], %[[SUB]]
// VJP:         %[[NEG:.*]] = mimo.neg %[[MUL_2]]
// VJP:         return %[[NEG]]
// CHECK-LABEL: func.func @rows(
// CHECK:         linalg.generic {{.*}}["parallel", "parallel"]
// CHECK:           arith.negf
// CHECK:         linalg.generic {{.*}}["parallel", "reduction"]
// CHECK:           arith.maximumf
// CHECK:         tensor.expand_shape
// CHECK:         linalg.generic {{.*}}["parallel", "parallel"]
// CHECK:           arith.subf
// CHECK:           math.exp
// CHECK:         linalg.generic {{.*}}["parallel", "reduction"]
// CHECK:           arith.addf
// CHECK:         tensor.expand_shape
// CHECK:         linalg.generic {{.*}}["parallel", "parallel"]
// CHECK:           arith.divf
