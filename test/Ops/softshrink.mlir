// softshrink: what of x is beyond [-lambd, lambd].
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @softshrink(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = mimo.softshrink %x {lambd = 0.5} : tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}
// VJP-LABEL: func.func @softshrink(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4xf32>, %[[G:[^:]*]]: tensor<?x4xf32>)
// VJP:         %[[V0:.*]] = mimo.abs %[[X]]
// VJP:         %[[V1:.*]] = mimo.constant 5.000000e-01
// VJP:         %[[V2:.*]] = mimo.le %[[V0]], %[[V1]]
// VJP:         %[[V3:.*]] = mimo.constant 0.000000e+00
// VJP:         %[[V4:.*]] = mimo.select %[[V2]], %[[V3]], %[[G]]
// VJP:         return %[[V4]]
// CHECK-LABEL: func.func @softshrink
// CHECK:         ^bb0(%[[X:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT:    %[[V0:.*]] = arith.constant 5.000000e-01
// CHECK-NEXT:    %[[V1:.*]] = arith.cmpf ogt, %[[X]], %[[V0]]
// CHECK-NEXT:    %[[V2:.*]] = arith.constant 5.000000e-01
// CHECK-NEXT:    %[[V3:.*]] = arith.subf %[[X]], %[[V2]]
// CHECK-NEXT:    %[[V4:.*]] = arith.constant -5.000000e-01
// CHECK-NEXT:    %[[V5:.*]] = arith.cmpf olt, %[[X]], %[[V4]]
// CHECK-NEXT:    %[[V6:.*]] = arith.constant 5.000000e-01
// CHECK-NEXT:    %[[V7:.*]] = arith.addf %[[X]], %[[V6]]
// CHECK-NEXT:    %[[V8:.*]] = arith.constant 0.000000e+00
// CHECK-NEXT:    %[[V9:.*]] = arith.mulf %[[X]], %[[V8]]
// CHECK-NEXT:    %[[V10:.*]] = arith.select %[[V5]], %[[V7]], %[[V9]]
// CHECK-NEXT:    %[[V11:.*]] = arith.select %[[V1]], %[[V3]], %[[V10]]
// CHECK-NEXT:    linalg.yield %[[V11]]
