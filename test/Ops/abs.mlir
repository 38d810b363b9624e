// abs: d|x| = g sign(x), with 0 at 0.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @abs(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = mimo.abs %x : tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}

// VJP-LABEL: func.func @abs(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4xf32>, %[[G:[^:]*]]: tensor<?x4xf32>)
// VJP:         %[[S:.*]] = mimo.sign %[[X]]
// VJP:         %[[D:.*]] = mimo.mul %[[G]], %[[S]]
// VJP:         return %[[D]]

// CHECK-LABEL: func.func @abs
// CHECK:         linalg.generic {{.*}}iterator_types = ["parallel", "parallel"]} ins(%{{[^,]*}} : tensor<?x4xf32>)
// CHECK:         ^bb0(%[[X:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT:    %[[Y:.*]] = math.absf %[[X]] : f32
// CHECK-NEXT:    linalg.yield %[[Y]]
