// celu: x above 0, alpha (e^(x / alpha) - 1) below, where the derivative is e^(x / alpha).
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @celu(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = mimo.celu %x {alpha = 0.5} : tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}
// VJP-LABEL: func.func @celu(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4xf32>, %[[G:[^:]*]]: tensor<?x4xf32>)
// VJP:         %[[V0:.*]] = mimo.constant 0.000000e+00
// VJP:         %[[V1:.*]] = mimo.gt %[[X]], %[[V0]]
// VJP:         %[[V2:.*]] = mimo.constant 5.000000e-01
// VJP:         %[[V3:.*]] = mimo.div %[[X]], %[[V2]]
// VJP:         %[[V4:.*]] = mimo.exp %[[V3]]
// VJP:         %[[V5:.*]] = mimo.mul %[[G]], %[[V4]]
// VJP:         %[[V6:.*]] = mimo.select %[[V1]], %[[G]], %[[V5]]
// VJP:         return %[[V6]]
// CHECK-LABEL: func.func @celu
// CHECK:         ^bb0(%[[X:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT:    %[[V0:.*]] = arith.constant 0.000000e+00
// CHECK-NEXT:    %[[V1:.*]] = arith.cmpf ogt, %[[X]], %[[V0]]
// CHECK-NEXT:    %[[V2:.*]] = arith.constant 5.000000e-01
// CHECK-NEXT:    %[[V3:.*]] = arith.divf %[[X]], %[[V2]]
// CHECK-NEXT:    %[[V4:.*]] = math.expm1 %[[V3]]
// CHECK-NEXT:    %[[V5:.*]] = arith.constant 5.000000e-01
// CHECK-NEXT:    %[[V6:.*]] = arith.mulf %[[V4]], %[[V5]]
// CHECK-NEXT:    %[[V7:.*]] = arith.select %[[V1]], %[[X]], %[[V6]]
// CHECK-NEXT:    linalg.yield %[[V7]]
