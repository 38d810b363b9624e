// exp2: d 2^x = 2^x ln 2.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @exp2(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = mimo.exp2 %x : tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}
// VJP-LABEL: func.func @exp2(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4xf32>, %[[G:[^:]*]]: tensor<?x4xf32>)
// VJP:         %[[V0:.*]] = mimo.constant 1.000000e+00
// VJP:         %[[V1:.*]] = mimo.sub %[[X]], %[[V0]]
// VJP:         %[[V2:.*]] = mimo.exp2 %[[V1]]
// VJP:         %[[V3:.*]] = mimo.mul %[[G]], %[[V2]]
// VJP:         %[[V4:.*]] = mimo.constant 1.38629436
// VJP:         %[[V5:.*]] = mimo.mul %[[V3]], %[[V4]]
// VJP:         return %[[V5]]
// CHECK-LABEL: func.func @exp2
// CHECK:         ^bb0(%[[X:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT:    %[[V0:.*]] = math.exp2 %[[X]]
// CHECK-NEXT:    linalg.yield %[[V0]]
