// hardshrink: 0 within [-lambd, lambd], x beyond.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @hardshrink(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = mimo.hardshrink %x {lambd = 0.5} : tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}
// VJP-LABEL: func.func @hardshrink(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4xf32>, %[[G:[^:]*]]: tensor<?x4xf32>)
// VJP:         %[[V0:.*]] = mimo.abs %[[X]]
// VJP:         %[[V1:.*]] = mimo.constant 5.000000e-01
// VJP:         %[[V2:.*]] = mimo.le %[[V0]], %[[V1]]
// VJP:         %[[V3:.*]] = mimo.constant 0.000000e+00
// VJP:         %[[V4:.*]] = mimo.select %[[V2]], %[[V3]], %[[G]]
// VJP:         return %[[V4]]
// CHECK-LABEL: func.func @hardshrink
// CHECK:         ^bb0(%[[X:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT:    %[[V0:.*]] = math.absf %[[X]]
// CHECK-NEXT:    %[[V1:.*]] = arith.constant 5.000000e-01
// CHECK-NEXT:    %[[V2:.*]] = arith.cmpf ole, %[[V0]], %[[V1]]
// CHECK-NEXT:    %[[V3:.*]] = arith.constant 0.000000e+00
// CHECK-NEXT:    %[[V4:.*]] = arith.select %[[V2]], %[[V3]], %[[X]]
// CHECK-NEXT:    linalg.yield %[[V4]]
