// hardswish: x relu6(x + 3) / 6, in pieces, so that -inf gives 0.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @hardswish(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = mimo.hardswish %x : tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}
// VJP-LABEL: func.func @hardswish(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4xf32>, %[[G:[^:]*]]: tensor<?x4xf32>)
// VJP:         %[[V0:.*]] = mimo.constant -3.000000e+00
// VJP:         %[[V1:.*]] = mimo.le %[[X]], %[[V0]]
// VJP:         %[[V2:.*]] = mimo.constant 3.000000e+00
// VJP:         %[[V3:.*]] = mimo.lt %[[X]], %[[V2]]
// VJP:         %[[V4:.*]] = mimo.div %[[X]], %[[V2]]
// VJP:         %[[V5:.*]] = mimo.constant 5.000000e-01
// VJP:         %[[V6:.*]] = mimo.add %[[V4]], %[[V5]]
// VJP:         %[[V7:.*]] = mimo.mul %[[G]], %[[V6]]
// VJP:         %[[V8:.*]] = mimo.select %[[V3]], %[[V7]], %[[G]]
// VJP:         %[[V9:.*]] = mimo.constant 0.000000e+00
// VJP:         %[[V10:.*]] = mimo.select %[[V1]], %[[V9]], %[[V8]]
// VJP:         return %[[V10]]
// CHECK-LABEL: func.func @hardswish
// CHECK:         ^bb0(%[[X:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT:    %[[V0:.*]] = arith.constant -3.000000e+00
// CHECK-NEXT:    %[[V1:.*]] = arith.cmpf ole, %[[X]], %[[V0]]
// CHECK-NEXT:    %[[V2:.*]] = arith.constant 3.000000e+00
// CHECK-NEXT:    %[[V3:.*]] = arith.cmpf oge, %[[X]], %[[V2]]
// CHECK-NEXT:    %[[V4:.*]] = arith.constant 3.000000e+00
// CHECK-NEXT:    %[[V5:.*]] = arith.addf %[[X]], %[[V4]]
// CHECK-NEXT:    %[[V6:.*]] = arith.mulf %[[X]], %[[V5]]
// CHECK-NEXT:    %[[V7:.*]] = arith.constant 6.000000e+00
// CHECK-NEXT:    %[[V8:.*]] = arith.divf %[[V6]], %[[V7]]
// CHECK-NEXT:    %[[V9:.*]] = arith.select %[[V3]], %[[X]], %[[V8]]
// CHECK-NEXT:    %[[V10:.*]] = arith.constant 0.000000e+00
// CHECK-NEXT:    %[[V11:.*]] = arith.select %[[V1]], %[[V10]], %[[V9]]
// CHECK-NEXT:    linalg.yield %[[V11]]
