// clamp: x within [min, max], each optional; the gradient passes at the bounds too.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @clamp(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = mimo.clamp %x {min = -1.0, max = 2.0} : tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}
// VJP-LABEL: func.func @clamp(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4xf32>, %[[G:[^:]*]]: tensor<?x4xf32>)
// VJP:         %[[V0:.*]] = mimo.constant 2.000000e+00
// VJP:         %[[V1:.*]] = mimo.le %[[X]], %[[V0]]
// VJP:         %[[V2:.*]] = mimo.constant 0.000000e+00
// VJP:         %[[V3:.*]] = mimo.select %[[V1]], %[[G]], %[[V2]]
// VJP:         %[[V4:.*]] = mimo.constant -1.000000e+00
// VJP:         %[[V5:.*]] = mimo.ge %[[X]], %[[V4]]
// VJP:         %[[V6:.*]] = mimo.select %[[V5]], %[[V3]], %[[V2]]
// VJP:         return %[[V6]]
// CHECK-LABEL: func.func @clamp
// CHECK:         ^bb0(%[[X:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT:    %[[V0:.*]] = arith.constant -1.000000e+00
// CHECK-NEXT:    %[[V1:.*]] = arith.maximumf %[[X]], %[[V0]]
// CHECK-NEXT:    %[[V2:.*]] = arith.constant 2.000000e+00
// CHECK-NEXT:    %[[V3:.*]] = arith.minimumf %[[V1]], %[[V2]]
// CHECK-NEXT:    linalg.yield %[[V3]]

func.func @clamp_2(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = mimo.clamp %x {min = 0.0} : tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}
// VJP-LABEL: func.func @clamp_2(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4xf32>, %[[G:[^:]*]]: tensor<?x4xf32>)
// VJP:         %[[V0:.*]] = mimo.constant 0.000000e+00
// VJP:         %[[V1:.*]] = mimo.ge %[[X]], %[[V0]]
// VJP:         %[[V2:.*]] = mimo.select %[[V1]], %[[G]], %[[V0]]
// VJP:         return %[[V2]]
// CHECK-LABEL: func.func @clamp_2
// CHECK:         ^bb0(%[[X:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT:    %[[V0:.*]] = arith.constant 0.000000e+00
// CHECK-NEXT:    %[[V1:.*]] = arith.maximumf %[[X]], %[[V0]]
// CHECK-NEXT:    linalg.yield %[[V1]]

func.func @clamp_3(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = mimo.clamp %x {max = 6.0} : tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}
// VJP-LABEL: func.func @clamp_3(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4xf32>, %[[G:[^:]*]]: tensor<?x4xf32>)
// VJP:         %[[V0:.*]] = mimo.constant 6.000000e+00
// VJP:         %[[V1:.*]] = mimo.le %[[X]], %[[V0]]
// VJP:         %[[V2:.*]] = mimo.constant 0.000000e+00
// VJP:         %[[V3:.*]] = mimo.select %[[V1]], %[[G]], %[[V2]]
// VJP:         return %[[V3]]
// CHECK-LABEL: func.func @clamp_3
// CHECK:         ^bb0(%[[X:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT:    %[[V0:.*]] = arith.constant 6.000000e+00
// CHECK-NEXT:    %[[V1:.*]] = arith.minimumf %[[X]], %[[V0]]
// CHECK-NEXT:    linalg.yield %[[V1]]
