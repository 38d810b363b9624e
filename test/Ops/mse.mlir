// mse: (x - t)^2, dx = 2 g (x - t), dt = -dx. Unreduced.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @mse(%x: tensor<?x4xf32>, %t: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = mimo.mse %x, %t : tensor<?x4xf32>, tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}
// VJP-LABEL: func.func @mse(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4xf32>, %[[T:[^:]*]]: tensor<?x4xf32>, %[[G:[^:]*]]: tensor<?x4xf32>)
// VJP-NOT:     mimo.mse
// VJP:         %[[TWO:.*]] = mimo.constant 2.0
// VJP:         %[[G2:.*]] = mimo.mul %[[G]], %[[TWO]]
// VJP:         %[[XT:.*]] = mimo.sub %[[X]], %[[T]]
// VJP:         %[[DX:.*]] = mimo.mul %[[G2]], %[[XT]]
// VJP:         %[[TX:.*]] = mimo.sub %[[T]], %[[X]]
// VJP:         %[[DT:.*]] = mimo.mul %[[G2]], %[[TX]]
// VJP:         return %[[DX]], %[[DT]]

// CHECK-LABEL: func.func @mse
// CHECK:         ^bb0(%[[X:.*]]: f32, %[[T:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT:    %[[A:.*]] = arith.subf %[[X]], %[[T]]
// CHECK-NEXT:    %[[B:.*]] = arith.subf %[[X]], %[[T]]
// CHECK-NEXT:    %[[Y:.*]] = arith.mulf %[[A]], %[[B]]
// CHECK-NEXT:    linalg.yield %[[Y]]
