// exp2: d 2^x = 2^x ln 2.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @exp2(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = mimo.exp2 %x : tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}
// VJP-LABEL: func.func @exp2(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4xf32>, %[[G:[^:]*]]: tensor<?x4xf32>)
// VJP:         %[[V0:.*]] = mimo.exp2 %[[X]]
// VJP:         %[[V1:.*]] = mimo.constant 1.270000e+02
// VJP:         %[[V2:.*]] = mimo.gt %[[X]], %[[V1]]
// VJP:         %[[V3:.*]] = mimo.constant 1.000000e+00
// VJP:         %[[V4:.*]] = mimo.sub %[[X]], %[[V3]]
// VJP:         %[[V5:.*]] = mimo.exp2 %[[V4]]
// VJP:         %[[V6:.*]] = mimo.constant 1.38629436
// VJP:         %[[V7:.*]] = mimo.mul %[[V5]], %[[V6]]
// VJP:         %[[V8:.*]] = mimo.constant 0.693147182
// VJP:         %[[V9:.*]] = mimo.mul %[[V0]], %[[V8]]
// VJP:         %[[V10:.*]] = mimo.select %[[V2]], %[[V7]], %[[V9]]
// VJP:         %[[V11:.*]] = mimo.mul %[[G]], %[[V10]]
// VJP:         return %[[V11]]
// CHECK-LABEL: func.func @exp2
// CHECK:         ^bb0(%[[X:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT:    %[[V0:.*]] = math.exp2 %[[X]]
// CHECK-NEXT:    linalg.yield %[[V0]]
