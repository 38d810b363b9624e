// embedding_bag: rows are summed as they are read; the cotangent is spread over the bag, the padding leaves out.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @weighted(%i: tensor<?x3xi32>, %w: tensor<10x4xf32>, %s: tensor<?x3xf32>) -> tensor<?x4xf32> {
  %0 = mimo.embedding_bag "sum" %i in %w times %s padding 2 : tensor<?x3xi32>, tensor<10x4xf32>, tensor<?x3xf32>
  return %0 : tensor<?x4xf32>
}
// VJP-LABEL: func.func @weighted(
// VJP:         mimo.add_rows like %arg1 at %arg0 add %{{.*}} along 0 but 2
// VJP:         mimo.eq %arg0
// CHECK-LABEL: func.func @weighted(
// CHECK:         tensor.extract %arg1[
// CHECK:         linalg.generic {{.*}}"reduction"

func.func @mean(%i: tensor<?x3xi64>, %w: tensor<10x4xf32>) -> tensor<?x4xf32> {
  %0 = mimo.embedding_bag "mean" %i in %w padding -1 : tensor<?x3xi64>, tensor<10x4xf32>
  return %0 : tensor<?x4xf32>
}
// CHECK-LABEL: func.func @mean(
// CHECK:         arith.divf

// The padding is smaller than anything; a bag of nothing is 0. The gradient goes to the first maximum of each column.
func.func @max(%i: tensor<?x3xi64>, %w: tensor<10x4xf32>) -> tensor<?x4xf32> {
  %0 = mimo.embedding_bag "max" %i in %w padding 0 : tensor<?x3xi64>, tensor<10x4xf32>
  return %0 : tensor<?x4xf32>
}
// VJP-LABEL: func.func @max(
// VJP:         %[[FIRST:.*]] = mimo.argmax
// VJP:         %[[HIT:.*]] = mimo.one_hot_like %[[FIRST]]
// VJP:         %[[G:.*]] = mimo.select
// VJP:         mimo.add_rows like %arg1 at %arg0 add %[[G]] along 0 but 0
// CHECK-LABEL: func.func @max(
// CHECK:         0xFF800000
// CHECK:         arith.maximumf
