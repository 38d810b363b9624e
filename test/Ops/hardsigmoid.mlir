// hardsigmoid: relu6(x + 3) / 6.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @hardsigmoid(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = mimo.hardsigmoid %x : tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}
// VJP-LABEL: func.func @hardsigmoid(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4xf32>, %[[G:[^:]*]]: tensor<?x4xf32>)
// VJP:         %[[V0:.*]] = mimo.constant -3.000000e+00
// VJP:         %[[V1:.*]] = mimo.gt %[[X]], %[[V0]]
// VJP:         %[[V2:.*]] = mimo.constant 3.000000e+00
// VJP:         %[[V3:.*]] = mimo.lt %[[X]], %[[V2]]
// VJP:         %[[V4:.*]] = mimo.constant 6.000000e+00
// VJP:         %[[V5:.*]] = mimo.div %[[G]], %[[V4]]
// VJP:         %[[V6:.*]] = mimo.constant 0.000000e+00
// VJP:         %[[V7:.*]] = mimo.select %[[V3]], %[[V5]], %[[V6]]
// VJP:         %[[V8:.*]] = mimo.select %[[V1]], %[[V7]], %[[V6]]
// VJP:         return %[[V8]]
// CHECK-LABEL: func.func @hardsigmoid
// CHECK:         ^bb0(%[[X:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT:    %[[V0:.*]] = arith.constant 3.000000e+00
// CHECK-NEXT:    %[[V1:.*]] = arith.addf %[[X]], %[[V0]]
// CHECK-NEXT:    %[[V2:.*]] = arith.constant 0.000000e+00
// CHECK-NEXT:    %[[V3:.*]] = arith.maximumf %[[V1]], %[[V2]]
// CHECK-NEXT:    %[[V4:.*]] = arith.constant 6.000000e+00
// CHECK-NEXT:    %[[V5:.*]] = arith.minimumf %[[V3]], %[[V4]]
// CHECK-NEXT:    %[[V6:.*]] = arith.constant 6.000000e+00
// CHECK-NEXT:    %[[V7:.*]] = arith.divf %[[V5]], %[[V6]]
// CHECK-NEXT:    linalg.yield %[[V7]]
