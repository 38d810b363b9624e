// threshold: x above the threshold, the value elsewhere.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @threshold(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = mimo.threshold %x {threshold = 0.5, value = 2.0} : tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}
// VJP-LABEL: func.func @threshold(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4xf32>, %[[G:[^:]*]]: tensor<?x4xf32>)
// VJP:         %[[V0:.*]] = mimo.constant 5.000000e-01
// VJP:         %[[V1:.*]] = mimo.le %[[X]], %[[V0]]
// VJP:         %[[V2:.*]] = mimo.constant 0.000000e+00
// VJP:         %[[V3:.*]] = mimo.select %[[V1]], %[[V2]], %[[G]]
// VJP:         return %[[V3]]
// CHECK-LABEL: func.func @threshold
// CHECK:         ^bb0(%[[X:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT:    %[[V0:.*]] = arith.constant 5.000000e-01
// CHECK-NEXT:    %[[V1:.*]] = arith.cmpf ole, %[[X]], %[[V0]]
// CHECK-NEXT:    %[[V2:.*]] = arith.constant 2.000000e+00
// CHECK-NEXT:    %[[V3:.*]] = arith.select %[[V1]], %[[V2]], %[[X]]
// CHECK-NEXT:    linalg.yield %[[V3]]
