// reciprocal: d (1 / x) = -1 / x^2.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @reciprocal(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = mimo.reciprocal %x : tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}
// VJP-LABEL: func.func @reciprocal(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4xf32>, %[[G:[^:]*]]: tensor<?x4xf32>)
// VJP:         %[[V0:.*]] = mimo.reciprocal %[[X]]
// VJP:         %[[V1:.*]] = mimo.mul %[[G]], %[[V0]]
// VJP:         %[[V2:.*]] = mimo.mul %[[V1]], %[[V0]]
// VJP:         %[[V3:.*]] = mimo.neg %[[V2]]
// VJP:         return %[[V3]]
// CHECK-LABEL: func.func @reciprocal
// CHECK:         ^bb0(%[[X:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT:    %[[V0:.*]] = arith.constant 1.000000e+00
// CHECK-NEXT:    %[[V1:.*]] = arith.divf %[[V0]], %[[X]]
// CHECK-NEXT:    linalg.yield %[[V1]]
