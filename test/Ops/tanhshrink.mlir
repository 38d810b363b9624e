// tanhshrink: x - tanh x, a series near 0 and in f64, for it cancels; its derivative is tanh(x)^2.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @tanhshrink(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = mimo.tanhshrink %x : tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}
// VJP-LABEL: func.func @tanhshrink(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4xf32>, %[[G:[^:]*]]: tensor<?x4xf32>)
// VJP:         %[[V0:.*]] = mimo.tanh %[[X]]
// VJP:         %[[V1:.*]] = mimo.mul %[[G]], %[[V0]]
// VJP:         %[[V2:.*]] = mimo.mul %[[V1]], %[[V0]]
// VJP:         return %[[V2]]
// CHECK-LABEL: func.func @tanhshrink
// CHECK:         ^bb0(%[[X:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT:    %[[V0:.*]] = arith.extf %[[X]]
// CHECK-NEXT:    %[[V1:.*]] = arith.mulf %[[V0]], %[[V0]]
// CHECK-NEXT:    %[[V2:.*]] = arith.mulf %[[V0]], %[[V1]]
// CHECK-NEXT:    %[[V3:.*]] = arith.constant 0.0088632355299021973
// CHECK-NEXT:    %[[V4:.*]] = arith.mulf %[[V1]], %[[V3]]
// CHECK-NEXT:    %[[V5:.*]] = arith.constant 0.021869488536155203
// CHECK-NEXT:    %[[V6:.*]] = arith.subf %[[V5]], %[[V4]]
// CHECK-NEXT:    %[[V7:.*]] = arith.mulf %[[V1]], %[[V6]]
// CHECK-NEXT:    %[[V8:.*]] = arith.constant 0.053968253968253971
// CHECK-NEXT:    %[[V9:.*]] = arith.subf %[[V8]], %[[V7]]
// CHECK-NEXT:    %[[V10:.*]] = arith.mulf %[[V1]], %[[V9]]
// CHECK-NEXT:    %[[V11:.*]] = arith.constant 0.13333333333333333
// CHECK-NEXT:    %[[V12:.*]] = arith.subf %[[V11]], %[[V10]]
// CHECK-NEXT:    %[[V13:.*]] = arith.mulf %[[V1]], %[[V12]]
// CHECK-NEXT:    %[[V14:.*]] = arith.constant 0.33333333333333331
// CHECK-NEXT:    %[[V15:.*]] = arith.subf %[[V14]], %[[V13]]
// CHECK-NEXT:    %[[V16:.*]] = arith.mulf %[[V2]], %[[V15]]
// CHECK-NEXT:    %[[V17:.*]] = math.absf %[[V0]] fastmath<afn>
// CHECK-NEXT:    %[[V18:.*]] = arith.constant 3.000000e-02
// CHECK-NEXT:    %[[V19:.*]] = arith.cmpf olt, %[[V17]], %[[V18]]
// CHECK-NEXT:    %[[V20:.*]] = math.tanh %[[V0]] fastmath<afn>
// CHECK-NEXT:    %[[V21:.*]] = arith.subf %[[V0]], %[[V20]]
// CHECK-NEXT:    %[[V22:.*]] = arith.select %[[V19]], %[[V16]], %[[V21]]
// CHECK-NEXT:    %[[V23:.*]] = arith.truncf %[[V22]]
// CHECK-NEXT:    linalg.yield %[[V23]]
