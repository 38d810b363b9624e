// gelu: x Phi(x), or x sigmoid(2 u) where it is approximated by tanh. In f64 for f32, whose digits would not do.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @gelu(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = mimo.gelu %x {approximate = "none"} : tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}
// VJP-LABEL: func.func @gelu(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4xf32>, %[[G:[^:]*]]: tensor<?x4xf32>)
// VJP:         %[[V0:.*]] = mimo.clamp %[[X]] {max = 4.000000e+01
// VJP:         %[[V1:.*]] = mimo.mul %[[V0]], %[[V0]]
// VJP:         %[[V2:.*]] = mimo.constant -0.707106769
// VJP:         %[[V3:.*]] = mimo.mul %[[V0]], %[[V2]]
// VJP:         %[[V4:.*]] = mimo.erfc %[[V3]]
// VJP:         %[[V5:.*]] = mimo.constant 5.000000e-01
// VJP:         %[[V6:.*]] = mimo.mul %[[V4]], %[[V5]]
// VJP:         %[[V7:.*]] = mimo.constant -5.000000e-01
// VJP:         %[[V8:.*]] = mimo.mul %[[V1]], %[[V7]]
// VJP:         %[[V9:.*]] = mimo.exp %[[V8]]
// VJP:         %[[V10:.*]] = mimo.constant 0.398942292
// VJP:         %[[V11:.*]] = mimo.mul %[[V9]], %[[V10]]
// VJP:         %[[V12:.*]] = mimo.mul %[[V0]], %[[V11]]
// VJP:         %[[V13:.*]] = mimo.add %[[V6]], %[[V12]]
// VJP:         %[[V14:.*]] = mimo.mul %[[G]], %[[V13]]
// VJP:         return %[[V14]]
// CHECK-LABEL: func.func @gelu
// CHECK:         ^bb0(%[[X:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT:    %[[V0:.*]] = arith.extf %[[X]]
// CHECK-NEXT:    %[[V1:.*]] = arith.constant -4.000000e+01
// CHECK-NEXT:    %[[V2:.*]] = arith.maximumf %[[V0]], %[[V1]]
// CHECK-NEXT:    %[[V3:.*]] = arith.constant 5.000000e-01
// CHECK-NEXT:    %[[V4:.*]] = arith.mulf %[[V2]], %[[V3]]
// CHECK-NEXT:    %[[V5:.*]] = arith.constant -0.70710678118654757
// CHECK-NEXT:    %[[V6:.*]] = arith.mulf %[[V2]], %[[V5]]
// CHECK-NEXT:    %[[V7:.*]] = math.erfc %[[V6]] fastmath<afn>
// CHECK-NEXT:    %[[V8:.*]] = arith.mulf %[[V4]], %[[V7]]
// CHECK-NEXT:    %[[V9:.*]] = arith.truncf %[[V8]]
// CHECK-NEXT:    linalg.yield %[[V9]]

func.func @gelu_2(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = mimo.gelu %x {approximate = "tanh"} : tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}
// VJP-LABEL: func.func @gelu_2(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4xf32>, %[[G:[^:]*]]: tensor<?x4xf32>)
// VJP:         %[[V0:.*]] = mimo.clamp %[[X]] {max = 4.000000e+01
// VJP:         %[[V1:.*]] = mimo.mul %[[V0]], %[[V0]]
// VJP:         %[[V2:.*]] = mimo.constant 4.471500e-02
// VJP:         %[[V3:.*]] = mimo.mul %[[V1]], %[[V2]]
// VJP:         %[[V4:.*]] = mimo.constant 1.000000e+00
// VJP:         %[[V5:.*]] = mimo.add %[[V3]], %[[V4]]
// VJP:         %[[V6:.*]] = mimo.mul %[[V0]], %[[V5]]
// VJP:         %[[V7:.*]] = mimo.constant 1.59576917
// VJP:         %[[V8:.*]] = mimo.mul %[[V6]], %[[V7]]
// VJP:         %[[V9:.*]] = mimo.constant 1.341450e-01
// VJP:         %[[V10:.*]] = mimo.mul %[[V1]], %[[V9]]
// VJP:         %[[V11:.*]] = mimo.add %[[V10]], %[[V4]]
// VJP:         %[[V12:.*]] = mimo.mul %[[V11]], %[[V7]]
// VJP:         %[[V13:.*]] = mimo.sigmoid %[[V8]]
// VJP:         %[[V14:.*]] = mimo.neg %[[V8]]
// VJP:         %[[V15:.*]] = mimo.sigmoid %[[V14]]
// VJP:         %[[V16:.*]] = mimo.mul %[[V0]], %[[V15]]
// VJP:         %[[V17:.*]] = mimo.mul %[[V16]], %[[V12]]
// VJP:         %[[V18:.*]] = mimo.add %[[V17]], %[[V4]]
// VJP:         %[[V19:.*]] = mimo.mul %[[V13]], %[[V18]]
// VJP:         %[[V20:.*]] = mimo.mul %[[G]], %[[V19]]
// VJP:         return %[[V20]]
// CHECK-LABEL: func.func @gelu_2
// CHECK:         ^bb0(%[[X:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT:    %[[V0:.*]] = arith.extf %[[X]]
// CHECK-NEXT:    %[[V1:.*]] = arith.constant -4.000000e+01
// CHECK-NEXT:    %[[V2:.*]] = arith.maximumf %[[V0]], %[[V1]]
// CHECK-NEXT:    %[[V3:.*]] = arith.mulf %[[V2]], %[[V2]]
// CHECK-NEXT:    %[[V4:.*]] = arith.constant 4.471500e-02
// CHECK-NEXT:    %[[V5:.*]] = arith.mulf %[[V3]], %[[V4]]
// CHECK-NEXT:    %[[V6:.*]] = arith.constant 1.000000e+00
// CHECK-NEXT:    %[[V7:.*]] = arith.addf %[[V5]], %[[V6]]
// CHECK-NEXT:    %[[V8:.*]] = arith.mulf %[[V2]], %[[V7]]
// CHECK-NEXT:    %[[V9:.*]] = arith.constant 1.5957691216057308
// CHECK-NEXT:    %[[V10:.*]] = arith.mulf %[[V8]], %[[V9]]
// CHECK-NEXT:    %[[V11:.*]] = arith.negf %[[V10]]
// CHECK-NEXT:    %[[V12:.*]] = math.exp %[[V11]] fastmath<afn>
// CHECK-NEXT:    %[[V13:.*]] = arith.constant 1.000000e+00
// CHECK-NEXT:    %[[V14:.*]] = arith.addf %[[V13]], %[[V12]]
// CHECK-NEXT:    %[[V15:.*]] = arith.divf %[[V2]], %[[V14]]
// CHECK-NEXT:    %[[V16:.*]] = arith.truncf %[[V15]]
// CHECK-NEXT:    linalg.yield %[[V16]]
