// mish: x tanh(log(1 + e^x)) as x n / d of e^-|x|.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @mish(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = mimo.mish %x : tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}
// VJP-LABEL: func.func @mish(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4xf32>, %[[G:[^:]*]]: tensor<?x4xf32>)
// VJP:         %[[V0:.*]] = mimo.clamp %[[X]] {max = 1.000000e+03
// VJP:         %[[V1:.*]] = mimo.abs %[[V0]]
// VJP:         %[[V2:.*]] = mimo.neg %[[V1]]
// VJP:         %[[V3:.*]] = mimo.exp %[[V2]]
// VJP:         %[[V4:.*]] = mimo.constant 0.000000e+00
// VJP:         %[[V5:.*]] = mimo.lt %[[V0]], %[[V4]]
// VJP:         %[[V6:.*]] = mimo.mul %[[V3]], %[[V3]]
// VJP:         %[[V7:.*]] = mimo.constant 2.000000e+00
// VJP:         %[[V8:.*]] = mimo.mul %[[V3]], %[[V7]]
// VJP:         %[[V9:.*]] = mimo.add %[[V6]], %[[V8]]
// VJP:         %[[V10:.*]] = mimo.constant 1.000000e+00
// VJP:         %[[V11:.*]] = mimo.add %[[V8]], %[[V10]]
// VJP:         %[[V12:.*]] = mimo.select %[[V5]], %[[V9]], %[[V11]]
// VJP:         %[[V13:.*]] = mimo.mul %[[V6]], %[[V7]]
// VJP:         %[[V14:.*]] = mimo.select %[[V5]], %[[V7]], %[[V13]]
// VJP:         %[[V15:.*]] = mimo.add %[[V12]], %[[V14]]
// VJP:         %[[V16:.*]] = mimo.add %[[V3]], %[[V6]]
// VJP:         %[[V17:.*]] = mimo.mul %[[V6]], %[[V3]]
// VJP:         %[[V18:.*]] = mimo.add %[[V6]], %[[V17]]
// VJP:         %[[V19:.*]] = mimo.select %[[V5]], %[[V16]], %[[V18]]
// VJP:         %[[V20:.*]] = mimo.div %[[V12]], %[[V15]]
// VJP:         %[[V21:.*]] = mimo.constant 4.000000e+00
// VJP:         %[[V22:.*]] = mimo.mul %[[V19]], %[[V21]]
// VJP:         %[[V23:.*]] = mimo.mul %[[V0]], %[[V22]]
// VJP:         %[[V24:.*]] = mimo.mul %[[V15]], %[[V15]]
// VJP:         %[[V25:.*]] = mimo.div %[[V23]], %[[V24]]
// VJP:         %[[V26:.*]] = mimo.add %[[V20]], %[[V25]]
// VJP:         %[[V27:.*]] = mimo.mul %[[G]], %[[V26]]
// VJP:         return %[[V27]]
// CHECK-LABEL: func.func @mish
// CHECK:         ^bb0(%[[X:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT:    %[[V0:.*]] = math.absf %[[X]]
// CHECK-NEXT:    %[[V1:.*]] = arith.negf %[[V0]]
// CHECK-NEXT:    %[[V2:.*]] = math.exp %[[V1]]
// CHECK-NEXT:    %[[V3:.*]] = arith.constant 0.000000e+00
// CHECK-NEXT:    %[[V4:.*]] = arith.cmpf olt, %[[X]], %[[V3]]
// CHECK-NEXT:    %[[V5:.*]] = arith.constant 2.000000e+00
// CHECK-NEXT:    %[[V6:.*]] = arith.addf %[[V2]], %[[V5]]
// CHECK-NEXT:    %[[V7:.*]] = arith.mulf %[[V2]], %[[V6]]
// CHECK-NEXT:    %[[V8:.*]] = arith.constant 2.000000e+00
// CHECK-NEXT:    %[[V9:.*]] = arith.mulf %[[V2]], %[[V8]]
// CHECK-NEXT:    %[[V10:.*]] = arith.constant 1.000000e+00
// CHECK-NEXT:    %[[V11:.*]] = arith.addf %[[V9]], %[[V10]]
// CHECK-NEXT:    %[[V12:.*]] = arith.select %[[V4]], %[[V7]], %[[V11]]
// CHECK-NEXT:    %[[V13:.*]] = arith.mulf %[[V2]], %[[V2]]
// CHECK-NEXT:    %[[V14:.*]] = arith.constant 2.000000e+00
// CHECK-NEXT:    %[[V15:.*]] = arith.mulf %[[V13]], %[[V14]]
// CHECK-NEXT:    %[[V16:.*]] = arith.constant 2.000000e+00
// CHECK-NEXT:    %[[V17:.*]] = arith.select %[[V4]], %[[V16]], %[[V15]]
// CHECK-NEXT:    %[[V18:.*]] = arith.addf %[[V12]], %[[V17]]
// CHECK-NEXT:    %[[V19:.*]] = arith.constant -1.000000e+03
// CHECK-NEXT:    %[[V20:.*]] = arith.maximumf %[[X]], %[[V19]]
// CHECK-NEXT:    %[[V21:.*]] = arith.divf %[[V12]], %[[V18]]
// CHECK-NEXT:    %[[V22:.*]] = arith.mulf %[[V20]], %[[V21]]
// CHECK-NEXT:    linalg.yield %[[V22]]
