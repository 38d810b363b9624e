// take: rows at indices, in bounds whatever the indices; the cotangent is added to the rows that were read.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @rows(%x: tensor<10x4xf32>, %i: tensor<?x3xi64>) -> tensor<?x3x4xf32> {
  %0 = mimo.take %x at %i along 0 : tensor<10x4xf32>, tensor<?x3xi64>
  return %0 : tensor<?x3x4xf32>
}
// VJP-LABEL: func.func @rows(
// VJP-SAME:    %[[X:[^:]*]]: tensor<10x4xf32>, %[[I:[^:]*]]: tensor<?x3xi64>, %[[G:[^:]*]]: tensor<?x3x4xf32>)
// VJP:         %[[D:.*]] = mimo.add_rows like %[[X]] at %[[I]] add %[[G]] along 0 but -1
// VJP:         return %[[D]] : tensor<10x4xf32>
// CHECK-LABEL: func.func @rows(
// CHECK:         linalg.generic {{.*}} ins(%arg1 : tensor<?x3xi64>) outs(%{{.*}} : tensor<?x3x4xf32>)
// CHECK:         %[[P:.*]] = arith.index_cast %{{.*}} : i64 to index
// CHECK:         %[[Q:.*]] = arith.minsi %[[P]], %{{.*}} : index
// CHECK:         %[[R:.*]] = arith.maxsi %[[Q]], %{{.*}} : index
// CHECK:         %[[C:.*]] = linalg.index 2
// CHECK:         tensor.extract %arg0[%[[R]], %[[C]]] : tensor<10x4xf32>

func.func @inside(%x: tensor<?x6x5xf32>, %i: tensor<2xi32>) -> tensor<?x2x5xf32> {
  %0 = mimo.take %x at %i along -2 : tensor<?x6x5xf32>, tensor<2xi32>
  return %0 : tensor<?x2x5xf32>
}
// VJP-LABEL: func.func @inside(
// VJP:         mimo.add_rows like %{{.*}} at %{{.*}} add %{{.*}} along 1 but -1
