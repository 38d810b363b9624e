// relu6: x within [0, 6]; no gradient at the bounds.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @relu6(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = mimo.relu6 %x : tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}
// VJP-LABEL: func.func @relu6(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4xf32>, %[[G:[^:]*]]: tensor<?x4xf32>)
// VJP:         %[[V0:.*]] = mimo.constant 0.000000e+00
// VJP:         %[[V1:.*]] = mimo.le %[[X]], %[[V0]]
// VJP:         %[[V2:.*]] = mimo.constant 6.000000e+00
// VJP:         %[[V3:.*]] = mimo.ge %[[X]], %[[V2]]
// VJP:         %[[V4:.*]] = mimo.select %[[V3]], %[[V0]], %[[G]]
// VJP:         %[[V5:.*]] = mimo.select %[[V1]], %[[V0]], %[[V4]]
// VJP:         return %[[V5]]
// CHECK-LABEL: func.func @relu6
// CHECK:         ^bb0(%[[X:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT:    %[[V0:.*]] = arith.constant 0.000000e+00
// CHECK-NEXT:    %[[V1:.*]] = arith.maximumf %[[X]], %[[V0]]
// CHECK-NEXT:    %[[V2:.*]] = arith.constant 6.000000e+00
// CHECK-NEXT:    %[[V3:.*]] = arith.minimumf %[[V1]], %[[V2]]
// CHECK-NEXT:    linalg.yield %[[V3]]
