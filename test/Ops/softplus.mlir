// softplus: log(1 + e^z) / beta with z = beta x, as max(z, 0) + log(1 + e^-|z|); x above the threshold.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @softplus(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = mimo.softplus %x {beta = 2.0, threshold = 20.0} : tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}
// VJP-LABEL: func.func @softplus(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4xf32>, %[[G:[^:]*]]: tensor<?x4xf32>)
// VJP:         %[[V0:.*]] = mimo.constant 2.000000e+00
// VJP:         %[[V1:.*]] = mimo.mul %[[X]], %[[V0]]
// VJP:         %[[V2:.*]] = mimo.constant 2.000000e+01
// VJP:         %[[V3:.*]] = mimo.gt %[[V1]], %[[V2]]
// VJP:         %[[V4:.*]] = mimo.sigmoid %[[V1]]
// VJP:         %[[V5:.*]] = mimo.mul %[[G]], %[[V4]]
// VJP:         %[[V6:.*]] = mimo.select %[[V3]], %[[G]], %[[V5]]
// VJP:         return %[[V6]]
// CHECK-LABEL: func.func @softplus
// CHECK:         ^bb0(%[[X:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT:    %[[V0:.*]] = arith.constant 2.000000e+00
// CHECK-NEXT:    %[[V1:.*]] = arith.mulf %[[X]], %[[V0]]
// CHECK-NEXT:    %[[V2:.*]] = arith.constant 2.000000e+01
// CHECK-NEXT:    %[[V3:.*]] = arith.cmpf ogt, %[[V1]], %[[V2]]
// CHECK-NEXT:    %[[V4:.*]] = arith.constant 0.000000e+00
// CHECK-NEXT:    %[[V5:.*]] = arith.maximumf %[[V1]], %[[V4]]
// CHECK-NEXT:    %[[V6:.*]] = math.absf %[[V1]]
// CHECK-NEXT:    %[[V7:.*]] = arith.negf %[[V6]]
// CHECK-NEXT:    %[[V8:.*]] = math.exp %[[V7]]
// CHECK-NEXT:    %[[V9:.*]] = math.log1p %[[V8]]
// CHECK-NEXT:    %[[V10:.*]] = arith.addf %[[V5]], %[[V9]]
// CHECK-NEXT:    %[[V11:.*]] = arith.constant 2.000000e+00
// CHECK-NEXT:    %[[V12:.*]] = arith.divf %[[V10]], %[[V11]]
// CHECK-NEXT:    %[[V13:.*]] = arith.select %[[V3]], %[[X]], %[[V12]]
// CHECK-NEXT:    linalg.yield %[[V13]]
