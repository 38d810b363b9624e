// sigmoid: s = 1 / (1 + e^-x), ds = g s (1 - s).
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @sigmoid(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = mimo.sigmoid %x : tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}

// VJP-LABEL: func.func @sigmoid(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4xf32>, %[[G:[^:]*]]: tensor<?x4xf32>)
// VJP:         %[[Y:.*]] = mimo.sigmoid %[[X]]
// VJP:         %[[GY:.*]] = mimo.mul %[[G]], %[[Y]]
// VJP:         %[[ONE:.*]] = mimo.constant 1.0
// VJP:         %[[REST:.*]] = mimo.sub %[[ONE]], %[[Y]]
// VJP:         %[[D:.*]] = mimo.mul %[[GY]], %[[REST]]
// VJP:         return %[[D]]

// CHECK-LABEL: func.func @sigmoid
// CHECK:         linalg.generic {{.*}}iterator_types = ["parallel", "parallel"]} ins(%{{[^,]*}} : tensor<?x4xf32>)
// CHECK:         ^bb0(%[[X:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT:    %[[N:.*]] = arith.negf %[[X]]
// CHECK-NEXT:    %[[E:.*]] = math.exp %[[N]]
// CHECK-NEXT:    %[[ONE:.*]] = arith.constant 1.0
// CHECK-NEXT:    %[[S:.*]] = arith.addf %[[ONE]], %[[E]]
// CHECK-NEXT:    %[[ONE2:.*]] = arith.constant 1.0
// CHECK-NEXT:    %[[Y:.*]] = arith.divf %[[ONE2]], %[[S]]
// CHECK-NEXT:    linalg.yield %[[Y]]
