// selu: s x above 0, s alpha (e^x - 1) below.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @selu(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = mimo.selu %x : tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}
// VJP-LABEL: func.func @selu(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4xf32>, %[[G:[^:]*]]: tensor<?x4xf32>)
// VJP:         %[[V0:.*]] = mimo.constant 0.000000e+00
// VJP:         %[[V1:.*]] = mimo.gt %[[X]], %[[V0]]
// VJP:         %[[V2:.*]] = mimo.constant 1.05070102
// VJP:         %[[V3:.*]] = mimo.exp %[[X]]
// VJP:         %[[V4:.*]] = mimo.constant 1.75809932
// VJP:         %[[V5:.*]] = mimo.mul %[[V3]], %[[V4]]
// VJP:         %[[V6:.*]] = mimo.select %[[V1]], %[[V2]], %[[V5]]
// VJP:         %[[V7:.*]] = mimo.mul %[[G]], %[[V6]]
// VJP:         return %[[V7]]
// CHECK-LABEL: func.func @selu
// CHECK:         ^bb0(%[[X:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT:    %[[V0:.*]] = arith.constant 0.000000e+00
// CHECK-NEXT:    %[[V1:.*]] = arith.cmpf ogt, %[[X]], %[[V0]]
// CHECK-NEXT:    %[[V2:.*]] = math.expm1 %[[X]]
// CHECK-NEXT:    %[[V3:.*]] = arith.constant 1.67326319
// CHECK-NEXT:    %[[V4:.*]] = arith.mulf %[[V2]], %[[V3]]
// CHECK-NEXT:    %[[V5:.*]] = arith.select %[[V1]], %[[X]], %[[V4]]
// CHECK-NEXT:    %[[V6:.*]] = arith.constant 1.05070102
// CHECK-NEXT:    %[[V7:.*]] = arith.mulf %[[V5]], %[[V6]]
// CHECK-NEXT:    linalg.yield %[[V7]]
