// detach: x itself, and no gradient at all.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @detach(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = mimo.detach %x : tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}
// VJP-LABEL: func.func @detach(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4xf32>, %[[G:[^:]*]]: tensor<?x4xf32>)
// VJP:         %[[V0:.*]] = mimo.zeros %[[X]]
// VJP:         return %[[V0]]
// CHECK-LABEL: func.func @detach
// CHECK:         ^bb0(%[[X:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT:    linalg.yield %[[X]]
