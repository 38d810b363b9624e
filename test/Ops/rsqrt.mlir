// rsqrt: d x^(-1/2) = -x^(-3/2) / 2.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @rsqrt(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = mimo.rsqrt %x : tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}
// VJP-LABEL: func.func @rsqrt(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4xf32>, %[[G:[^:]*]]: tensor<?x4xf32>)
// VJP:         %[[V0:.*]] = mimo.rsqrt %[[X]]
// VJP:         %[[V1:.*]] = mimo.constant -5.000000e-01
// VJP:         %[[V2:.*]] = mimo.mul %[[G]], %[[V1]]
// VJP:         %[[V3:.*]] = mimo.mul %[[V2]], %[[V0]]
// VJP:         %[[V4:.*]] = mimo.mul %[[V3]], %[[V0]]
// VJP:         %[[V5:.*]] = mimo.mul %[[V4]], %[[V0]]
// VJP:         return %[[V5]]
// CHECK-LABEL: func.func @rsqrt
// CHECK:         ^bb0(%[[X:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT:    %[[V0:.*]] = math.sqrt %[[X]]
// CHECK-NEXT:    %[[V1:.*]] = arith.constant 1.000000e+00
// CHECK-NEXT:    %[[V2:.*]] = arith.divf %[[V1]], %[[V0]]
// CHECK-NEXT:    linalg.yield %[[V2]]
