// logsigmoid: min(x, 0) - log(1 + e^-|x|), whose derivative is sigmoid(-x).
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @logsigmoid(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = mimo.logsigmoid %x : tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}
// VJP-LABEL: func.func @logsigmoid(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4xf32>, %[[G:[^:]*]]: tensor<?x4xf32>)
// VJP:         %[[V0:.*]] = mimo.neg %[[X]]
// VJP:         %[[V1:.*]] = mimo.sigmoid %[[V0]]
// VJP:         %[[V2:.*]] = mimo.mul %[[G]], %[[V1]]
// VJP:         return %[[V2]]
// CHECK-LABEL: func.func @logsigmoid
// CHECK:         ^bb0(%[[X:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT:    %[[V0:.*]] = arith.constant 0.000000e+00
// CHECK-NEXT:    %[[V1:.*]] = arith.minimumf %[[X]], %[[V0]]
// CHECK-NEXT:    %[[V2:.*]] = math.absf %[[X]]
// CHECK-NEXT:    %[[V3:.*]] = arith.negf %[[V2]]
// CHECK-NEXT:    %[[V4:.*]] = math.exp %[[V3]]
// CHECK-NEXT:    %[[V5:.*]] = math.log1p %[[V4]]
// CHECK-NEXT:    %[[V6:.*]] = arith.subf %[[V1]], %[[V5]]
// CHECK-NEXT:    linalg.yield %[[V6]]
