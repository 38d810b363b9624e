// cos: d cos x = -sin x.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @cos(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = mimo.cos %x : tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}
// VJP-LABEL: func.func @cos(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4xf32>, %[[G:[^:]*]]: tensor<?x4xf32>)
// VJP:         %[[V0:.*]] = mimo.sin %[[X]]
// VJP:         %[[V1:.*]] = mimo.mul %[[G]], %[[V0]]
// VJP:         %[[V2:.*]] = mimo.neg %[[V1]]
// VJP:         return %[[V2]]
// CHECK-LABEL: func.func @cos
// CHECK:         ^bb0(%[[X:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT:    %[[V0:.*]] = math.cos %[[X]]
// CHECK-NEXT:    linalg.yield %[[V0]]
