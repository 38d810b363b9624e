// silu: x sigmoid(x), from e^-|x|, which does not overflow; d = s (1 + x (1 - s)) with 1 - s = sigmoid(-x).
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @silu(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = mimo.silu %x : tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}
// VJP-LABEL: func.func @silu(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4xf32>, %[[G:[^:]*]]: tensor<?x4xf32>)
// VJP:         %[[V0:.*]] = mimo.clamp %[[X]] {max = 1.000000e+03
// VJP:         %[[V1:.*]] = mimo.sigmoid %[[V0]]
// VJP:         %[[V2:.*]] = mimo.neg %[[V0]]
// VJP:         %[[V3:.*]] = mimo.sigmoid %[[V2]]
// VJP:         %[[V4:.*]] = mimo.mul %[[V0]], %[[V3]]
// VJP:         %[[V5:.*]] = mimo.constant 1.000000e+00
// VJP:         %[[V6:.*]] = mimo.add %[[V4]], %[[V5]]
// VJP:         %[[V7:.*]] = mimo.mul %[[V1]], %[[V6]]
// VJP:         %[[V8:.*]] = mimo.mul %[[G]], %[[V7]]
// VJP:         return %[[V8]]
// CHECK-LABEL: func.func @silu
// CHECK:         ^bb0(%[[X:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT:    %[[V0:.*]] = math.absf %[[X]]
// CHECK-NEXT:    %[[V1:.*]] = arith.negf %[[V0]]
// CHECK-NEXT:    %[[V2:.*]] = math.exp %[[V1]]
// CHECK-NEXT:    %[[V3:.*]] = arith.constant 0.000000e+00
// CHECK-NEXT:    %[[V4:.*]] = arith.cmpf olt, %[[X]], %[[V3]]
// CHECK-NEXT:    %[[V5:.*]] = arith.constant -1.000000e+03
// CHECK-NEXT:    %[[V6:.*]] = arith.maximumf %[[X]], %[[V5]]
// CHECK-NEXT:    %[[V7:.*]] = arith.mulf %[[V6]], %[[V2]]
// CHECK-NEXT:    %[[V8:.*]] = arith.select %[[V4]], %[[V7]], %[[X]]
// CHECK-NEXT:    %[[V9:.*]] = arith.constant 1.000000e+00
// CHECK-NEXT:    %[[V10:.*]] = arith.addf %[[V9]], %[[V2]]
// CHECK-NEXT:    %[[V11:.*]] = arith.divf %[[V8]], %[[V10]]
// CHECK-NEXT:    linalg.yield %[[V11]]
