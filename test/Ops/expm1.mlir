// expm1: d (e^x - 1) = e^x, computed from x: out + 1 would cancel.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @expm1(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = mimo.expm1 %x : tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}
// VJP-LABEL: func.func @expm1(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4xf32>, %[[G:[^:]*]]: tensor<?x4xf32>)
// VJP:         %[[V0:.*]] = mimo.exp %[[X]]
// VJP:         %[[V1:.*]] = mimo.mul %[[G]], %[[V0]]
// VJP:         return %[[V1]]
// CHECK-LABEL: func.func @expm1
// CHECK:         ^bb0(%[[X:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT:    %[[V0:.*]] = math.expm1 %[[X]]
// CHECK-NEXT:    linalg.yield %[[V0]]
