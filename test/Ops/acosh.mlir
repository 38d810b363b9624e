// acosh: d acosh x = 1 / (sqrt(x - 1) sqrt(x + 1)).
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @acosh(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = mimo.acosh %x : tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}
// VJP-LABEL: func.func @acosh(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4xf32>, %[[G:[^:]*]]: tensor<?x4xf32>)
// VJP:         %[[V0:.*]] = mimo.constant 1.000000e+00
// VJP:         %[[V1:.*]] = mimo.sub %[[X]], %[[V0]]
// VJP:         %[[V2:.*]] = mimo.sqrt %[[V1]]
// VJP:         %[[V3:.*]] = mimo.add %[[X]], %[[V0]]
// VJP:         %[[V4:.*]] = mimo.sqrt %[[V3]]
// VJP:         %[[V5:.*]] = mimo.mul %[[V2]], %[[V4]]
// VJP:         %[[V6:.*]] = mimo.div %[[G]], %[[V5]]
// VJP:         return %[[V6]]
// CHECK-LABEL: func.func @acosh
// CHECK:         ^bb0(%[[X:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT:    %[[V0:.*]] = math.acosh %[[X]]
// CHECK-NEXT:    linalg.yield %[[V0]]
