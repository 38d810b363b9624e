// asinh: d asinh x = 1 / sqrt(x^2 + 1), which is 1 / |x| where x^2 would overflow.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @asinh(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = mimo.asinh %x : tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}
// VJP-LABEL: func.func @asinh(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4xf32>, %[[G:[^:]*]]: tensor<?x4xf32>)
// VJP:         %[[V0:.*]] = mimo.abs %[[X]]
// VJP:         %[[V1:.*]] = mimo.constant 1.000000e+09
// VJP:         %[[V2:.*]] = mimo.gt %[[V0]], %[[V1]]
// VJP:         %[[V3:.*]] = mimo.mul %[[X]], %[[X]]
// VJP:         %[[V4:.*]] = mimo.constant 1.000000e+00
// VJP:         %[[V5:.*]] = mimo.add %[[V3]], %[[V4]]
// VJP:         %[[V6:.*]] = mimo.sqrt %[[V5]]
// VJP:         %[[V7:.*]] = mimo.select %[[V2]], %[[V0]], %[[V6]]
// VJP:         %[[V8:.*]] = mimo.div %[[G]], %[[V7]]
// VJP:         return %[[V8]]
// CHECK-LABEL: func.func @asinh
// CHECK:         ^bb0(%[[X:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT:    %[[V0:.*]] = math.asinh %[[X]]
// CHECK-NEXT:    linalg.yield %[[V0]]
