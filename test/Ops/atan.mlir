// atan: d atan x = 1 / (1 + x^2).
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @atan(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = mimo.atan %x : tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}
// VJP-LABEL: func.func @atan(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4xf32>, %[[G:[^:]*]]: tensor<?x4xf32>)
// VJP:         %[[V0:.*]] = mimo.mul %[[X]], %[[X]]
// VJP:         %[[V1:.*]] = mimo.constant 1.000000e+00
// VJP:         %[[V2:.*]] = mimo.add %[[V0]], %[[V1]]
// VJP:         %[[V3:.*]] = mimo.div %[[G]], %[[V2]]
// VJP:         return %[[V3]]
// CHECK-LABEL: func.func @atan
// CHECK:         ^bb0(%[[X:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT:    %[[V0:.*]] = math.atan %[[X]]
// CHECK-NEXT:    linalg.yield %[[V0]]
