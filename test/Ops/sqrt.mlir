// sqrt: d sqrt x = g / (2 sqrt x).
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @sqrt(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = mimo.sqrt %x : tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}

// VJP-LABEL: func.func @sqrt(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4xf32>, %[[G:[^:]*]]: tensor<?x4xf32>)
// VJP:         %[[Y:.*]] = mimo.sqrt %[[X]]
// VJP:         %[[TWICE:.*]] = mimo.add %[[Y]], %[[Y]]
// VJP:         %[[D:.*]] = mimo.div %[[G]], %[[TWICE]]
// VJP:         return %[[D]]

// CHECK-LABEL: func.func @sqrt
// CHECK:         linalg.generic {{.*}}iterator_types = ["parallel", "parallel"]} ins(%{{[^,]*}} : tensor<?x4xf32>)
// CHECK:         ^bb0(%[[X:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT:    %[[Y:.*]] = math.sqrt %[[X]] : f32
// CHECK-NEXT:    linalg.yield %[[Y]]
