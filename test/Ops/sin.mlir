// sin: d sin x = cos x.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @sin(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = mimo.sin %x : tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}
// VJP-LABEL: func.func @sin(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4xf32>, %[[G:[^:]*]]: tensor<?x4xf32>)
// VJP:         %[[V0:.*]] = mimo.cos %[[X]]
// VJP:         %[[V1:.*]] = mimo.mul %[[G]], %[[V0]]
// VJP:         return %[[V1]]
// CHECK-LABEL: func.func @sin
// CHECK:         ^bb0(%[[X:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT:    %[[V0:.*]] = math.sin %[[X]]
// CHECK-NEXT:    linalg.yield %[[V0]]
