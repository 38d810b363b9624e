// softsign: x / (1 + |x|), which is 1 at infinity; d = 1 / (1 + |x|)^2.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @softsign(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = mimo.softsign %x : tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}
// VJP-LABEL: func.func @softsign(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4xf32>, %[[G:[^:]*]]: tensor<?x4xf32>)
// VJP:         %[[V0:.*]] = mimo.abs %[[X]]
// VJP:         %[[V1:.*]] = mimo.constant 1.000000e+00
// VJP:         %[[V2:.*]] = mimo.add %[[V0]], %[[V1]]
// VJP:         %[[V3:.*]] = mimo.mul %[[V2]], %[[V2]]
// VJP:         %[[V4:.*]] = mimo.div %[[G]], %[[V3]]
// VJP:         return %[[V4]]
// CHECK-LABEL: func.func @softsign
// CHECK:         ^bb0(%[[X:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT:    %[[V0:.*]] = arith.constant -1.000000e+30
// CHECK-NEXT:    %[[V1:.*]] = arith.maximumf %[[X]], %[[V0]]
// CHECK-NEXT:    %[[V2:.*]] = arith.constant 1.000000e+30
// CHECK-NEXT:    %[[V3:.*]] = arith.minimumf %[[V1]], %[[V2]]
// CHECK-NEXT:    %[[V4:.*]] = math.absf %[[V3]]
// CHECK-NEXT:    %[[V5:.*]] = arith.constant 1.000000e+00
// CHECK-NEXT:    %[[V6:.*]] = arith.addf %[[V5]], %[[V4]]
// CHECK-NEXT:    %[[V7:.*]] = arith.divf %[[V3]], %[[V6]]
// CHECK-NEXT:    linalg.yield %[[V7]]
