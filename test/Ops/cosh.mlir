// cosh: d cosh x = sinh x.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @cosh(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = mimo.cosh %x : tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}
// VJP-LABEL: func.func @cosh(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4xf32>, %[[G:[^:]*]]: tensor<?x4xf32>)
// VJP:         %[[V0:.*]] = mimo.sinh %[[X]]
// VJP:         %[[V1:.*]] = mimo.mul %[[G]], %[[V0]]
// VJP:         return %[[V1]]
// CHECK-LABEL: func.func @cosh
// CHECK:         ^bb0(%[[X:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT:    %[[V0:.*]] = math.cosh %[[X]]
// CHECK-NEXT:    linalg.yield %[[V0]]
