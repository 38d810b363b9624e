// exp: d e^x = g e^x, from the result.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @exp(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = mimo.exp %x : tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}

// VJP-LABEL: func.func @exp(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4xf32>, %[[G:[^:]*]]: tensor<?x4xf32>)
// VJP:         %[[Y:.*]] = mimo.exp %[[X]]
// VJP:         %[[D:.*]] = mimo.mul %[[G]], %[[Y]]
// VJP:         return %[[D]]

// CHECK-LABEL: func.func @exp
// CHECK:         linalg.generic {{.*}}iterator_types = ["parallel", "parallel"]} ins(%{{[^,]*}} : tensor<?x4xf32>)
// CHECK:         ^bb0(%[[X:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT:    %[[Y:.*]] = math.exp %[[X]] : f32
// CHECK-NEXT:    linalg.yield %[[Y]]
