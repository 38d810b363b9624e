// atanh: d atanh x = 1 / ((1 - x) (1 + x)).
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @atanh(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = mimo.atanh %x : tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}
// VJP-LABEL: func.func @atanh(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4xf32>, %[[G:[^:]*]]: tensor<?x4xf32>)
// VJP:         %[[V0:.*]] = mimo.constant 1.000000e+00
// VJP:         %[[V1:.*]] = mimo.sub %[[V0]], %[[X]]
// VJP:         %[[V2:.*]] = mimo.add %[[X]], %[[V0]]
// VJP:         %[[V3:.*]] = mimo.mul %[[V1]], %[[V2]]
// VJP:         %[[V4:.*]] = mimo.div %[[G]], %[[V3]]
// VJP:         return %[[V4]]
// CHECK-LABEL: func.func @atanh
// CHECK:         ^bb0(%[[X:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT:    %[[V0:.*]] = math.atanh %[[X]]
// CHECK-NEXT:    linalg.yield %[[V0]]
