// sign: 0 and NaN stay what they are; a step, so its gradient is 0.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @sign(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = mimo.sign %x : tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}
// VJP-LABEL: func.func @sign(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4xf32>, %[[G:[^:]*]]: tensor<?x4xf32>)
// VJP:         %[[V0:.*]] = mimo.zeros %[[X]]
// VJP:         return %[[V0]]
// CHECK-LABEL: func.func @sign
// CHECK:         ^bb0(%[[X:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT:    %[[V0:.*]] = arith.constant 0.000000e+00
// CHECK-NEXT:    %[[V1:.*]] = arith.cmpf ogt, %[[X]], %[[V0]]
// CHECK-NEXT:    %[[V2:.*]] = arith.constant 0.000000e+00
// CHECK-NEXT:    %[[V3:.*]] = arith.cmpf olt, %[[X]], %[[V2]]
// CHECK-NEXT:    %[[V4:.*]] = arith.constant -1.000000e+00
// CHECK-NEXT:    %[[V5:.*]] = arith.select %[[V3]], %[[V4]], %[[X]]
// CHECK-NEXT:    %[[V6:.*]] = arith.constant 1.000000e+00
// CHECK-NEXT:    %[[V7:.*]] = arith.select %[[V1]], %[[V6]], %[[V5]]
// CHECK-NEXT:    linalg.yield %[[V7]]
