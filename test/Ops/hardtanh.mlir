// hardtanh: x within [min_val, max_val]; no gradient at the bounds.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @hardtanh(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = mimo.hardtanh %x {min_val = -1.0, max_val = 2.0} : tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}
// VJP-LABEL: func.func @hardtanh(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4xf32>, %[[G:[^:]*]]: tensor<?x4xf32>)
// VJP:         %[[V0:.*]] = mimo.constant -1.000000e+00
// VJP:         %[[V1:.*]] = mimo.le %[[X]], %[[V0]]
// VJP:         %[[V2:.*]] = mimo.constant 2.000000e+00
// VJP:         %[[V3:.*]] = mimo.ge %[[X]], %[[V2]]
// VJP:         %[[V4:.*]] = mimo.constant 0.000000e+00
// VJP:         %[[V5:.*]] = mimo.select %[[V3]], %[[V4]], %[[G]]
// VJP:         %[[V6:.*]] = mimo.select %[[V1]], %[[V4]], %[[V5]]
// VJP:         return %[[V6]]
// CHECK-LABEL: func.func @hardtanh
// CHECK:         ^bb0(%[[X:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT:    %[[V0:.*]] = arith.constant -1.000000e+00
// CHECK-NEXT:    %[[V1:.*]] = arith.maximumf %[[X]], %[[V0]]
// CHECK-NEXT:    %[[V2:.*]] = arith.constant 2.000000e+00
// CHECK-NEXT:    %[[V3:.*]] = arith.minimumf %[[V1]], %[[V2]]
// CHECK-NEXT:    linalg.yield %[[V3]]
