// tan: d tan x = 1 + tan(x)^2.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @tan(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = mimo.tan %x : tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}
// VJP-LABEL: func.func @tan(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4xf32>, %[[G:[^:]*]]: tensor<?x4xf32>)
// VJP:         %[[V0:.*]] = mimo.tan %[[X]]
// VJP:         %[[V1:.*]] = mimo.mul %[[V0]], %[[V0]]
// VJP:         %[[V2:.*]] = mimo.constant 1.000000e+00
// VJP:         %[[V3:.*]] = mimo.add %[[V1]], %[[V2]]
// VJP:         %[[V4:.*]] = mimo.mul %[[G]], %[[V3]]
// VJP:         return %[[V4]]
// CHECK-LABEL: func.func @tan
// CHECK:         ^bb0(%[[X:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT:    %[[V0:.*]] = math.tan %[[X]]
// CHECK-NEXT:    linalg.yield %[[V0]]
