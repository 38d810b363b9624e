// embedding: rows of a table; the padding's row gets no gradient.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @table(%i: tensor<?x3xi32>, %w: tensor<10x4xf32>) -> tensor<?x3x4xf32> {
  %0 = mimo.embedding %i in %w padding 2 : tensor<?x3xi32>, tensor<10x4xf32>
  return %0 : tensor<?x3x4xf32>
}
// VJP-LABEL: func.func @table(
// VJP-SAME:    %[[I:[^:]*]]: tensor<?x3xi32>, %[[W:[^:]*]]: tensor<10x4xf32>, %[[G:[^:]*]]: tensor<?x3x4xf32>)
// VJP:         mimo.add_rows like %[[W]] at %[[I]] add %[[G]] along 0 but 2
// CHECK-LABEL: func.func @table(
// CHECK:         linalg.generic {{.*}} ins(%arg0 : tensor<?x3xi32>) outs(%{{.*}} : tensor<?x3x4xf32>)
// CHECK:         tensor.extract %arg1[
