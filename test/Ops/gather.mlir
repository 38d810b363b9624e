// gather: an index for every element; the cotangent is scattered.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @columns(%x: tensor<?x6xf32>, %i: tensor<?x3xi64>) -> tensor<?x3xf32> {
  %0 = mimo.gather %x at %i along -1 : tensor<?x6xf32>, tensor<?x3xi64>
  return %0 : tensor<?x3xf32>
}
// VJP-LABEL: func.func @columns(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x6xf32>, %[[I:[^:]*]]: tensor<?x3xi64>, %[[G:[^:]*]]: tensor<?x3xf32>)
// VJP:         %[[ZERO:.*]] = mimo.zeros %[[X]]
// VJP:         mimo.scatter_add %[[ZERO]] at %[[I]] add %[[G]] along -1
// CHECK-LABEL: func.func @columns(
// CHECK:         linalg.generic {{.*}} ins(%arg1 : tensor<?x3xi64>)
// CHECK:         %[[ROW:.*]] = linalg.index 0
// CHECK:         arith.minsi
// CHECK:         %[[COLUMN:.*]] = arith.maxsi
// CHECK:         tensor.extract %arg0[%[[ROW]], %[[COLUMN]]] : tensor<?x6xf32>
