// mae: |x - t|, a metric; it passes no gradient.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @mae(%x: tensor<?x4xf32>, %t: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = mimo.mae %x, %t : tensor<?x4xf32>, tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}
// VJP-LABEL: func.func @mae(
// VJP-NEXT:    %[[DX:.*]] = mimo.zeros %arg0
// VJP-NEXT:    %[[DT:.*]] = mimo.zeros %arg1
// VJP-NEXT:    return %[[DX]], %[[DT]]
// CHECK-LABEL: func.func @mae
// CHECK:         ^bb0(%[[X:.*]]: f32, %[[T:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT:    %[[A:.*]] = arith.subf %[[X]], %[[T]]
// CHECK-NEXT:    %[[Y:.*]] = math.absf %[[A]]
// CHECK-NEXT:    linalg.yield %[[Y]]
