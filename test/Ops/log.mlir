// log: d log x = g / x; the result is not needed.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @log(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = mimo.log %x : tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}

// VJP-LABEL: func.func @log(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4xf32>, %[[G:[^:]*]]: tensor<?x4xf32>)
// VJP-NOT:     mimo.log
// VJP:         %[[D:.*]] = mimo.div %[[G]], %[[X]]
// VJP:         return %[[D]]

// CHECK-LABEL: func.func @log
// CHECK:         linalg.generic {{.*}}iterator_types = ["parallel", "parallel"]} ins(%{{[^,]*}} : tensor<?x4xf32>)
// CHECK:         ^bb0(%[[X:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT:    %[[Y:.*]] = math.log %[[X]] : f32
// CHECK-NEXT:    linalg.yield %[[Y]]
