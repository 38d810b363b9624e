// maximum: the gradient goes to the larger, and half to each where both are equal; NaN passes through.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @maximum(%x: tensor<?x4xf32>, %y: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = mimo.maximum %x, %y : tensor<?x4xf32>, tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}
// VJP-LABEL: func.func @maximum(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4xf32>, %[[Y:[^:]*]]: tensor<?x4xf32>, %[[G:[^:]*]]: tensor<?x4xf32>)
// VJP:         %[[V0:.*]] = mimo.lt %[[X]], %[[Y]]
// VJP:         %[[V1:.*]] = mimo.eq %[[X]], %[[Y]]
// VJP:         %[[V2:.*]] = mimo.constant 5.000000e-01
// VJP:         %[[V3:.*]] = mimo.mul %[[G]], %[[V2]]
// VJP:         %[[V4:.*]] = mimo.constant 0.000000e+00
// VJP:         %[[V5:.*]] = mimo.select %[[V0]], %[[V4]], %[[G]]
// VJP:         %[[V6:.*]] = mimo.select %[[V1]], %[[V3]], %[[V5]]
// VJP:         %[[V7:.*]] = mimo.lt %[[Y]], %[[X]]
// VJP:         %[[V8:.*]] = mimo.select %[[V7]], %[[V4]], %[[G]]
// VJP:         %[[V9:.*]] = mimo.select %[[V1]], %[[V3]], %[[V8]]
// VJP:         return %[[V6]], %[[V9]]
// CHECK-LABEL: func.func @maximum
// CHECK:         ^bb0(%[[X:.*]]: f32, %[[Y:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT:    %[[V0:.*]] = arith.maximumf %[[X]], %[[Y]]
// CHECK-NEXT:    linalg.yield %[[V0]]
