// linear: y = x W^T + b, so dx = g W, dW = g^T x, and db sums g over the rows.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

// CHECK-DAG: #[[ROW:.*]] = affine_map<(d0, d1) -> (d1)>
// CHECK-DAG: #[[LHS:.*]] = affine_map<(d0, d1, d2) -> (d0, d2)>
// CHECK-DAG: #[[RHS:.*]] = affine_map<(d0, d1, d2) -> (d2, d1)>
// CHECK-DAG: #[[OUT:.*]] = affine_map<(d0, d1, d2) -> (d0, d1)>

func.func @biased(%x: tensor<?x8xf32>, %w: tensor<16x8xf32>, %b: tensor<16xf32>) -> tensor<?x16xf32> {
  %0 = mimo.linear %x, %w, %b : tensor<?x8xf32>, tensor<16x8xf32>, tensor<16xf32>
  return %0 : tensor<?x16xf32>
}
// VJP-LABEL: func.func @biased(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x8xf32>, %[[W:[^:]*]]: tensor<16x8xf32>, %{{[^:]*}}: tensor<16xf32>, %[[G:[^:]*]]: tensor<?x16xf32>)
// The product itself is not needed again.
// VJP-NOT:     mimo.linear
// VJP:         %[[DX:.*]] = mimo.matmul %[[G]], %[[W]] transpose false, false
// VJP:         %[[DW:.*]] = mimo.matmul %[[G]], %[[X]] transpose true, false
// VJP:         %[[DB:.*]] = mimo.sum %[[G]] over [0] keepdim false
// VJP:         return %[[DX]], %[[DW]], %[[DB]] : tensor<?x8xf32>, tensor<16x8xf32>, tensor<16xf32>

// The product accumulates onto the bias; the weights are transposed once, whatever the batch.
// CHECK-LABEL: func.func @biased
// CHECK:         %[[B:.*]] = linalg.generic {indexing_maps = [#[[ROW]], #{{.*}}]{{.*}} ins(%arg2 : tensor<16xf32>)
// CHECK:         %[[T:.*]] = linalg.transpose ins(%arg1 : tensor<16x8xf32>)
// CHECK:         linalg.generic {indexing_maps = [#[[LHS]], #[[RHS]], #[[OUT]]], iterator_types = ["parallel", "parallel", "reduction"]}
// CHECK-SAME:      ins(%arg0, %[[T]] : {{.*}}) outs(%[[B]] :
// CHECK:         ^bb0(%[[X:.*]]: f32, %[[W:.*]]: f32, %[[SUM:.*]]: f32):
// CHECK-NEXT:    math.fma %[[X]], %[[W]], %[[SUM]]

func.func @plain(%x: tensor<3x8xf64>, %w: tensor<16x8xf64>) -> tensor<3x16xf64> {
  %0 = mimo.linear %x, %w : tensor<3x8xf64>, tensor<16x8xf64>
  return %0 : tensor<3x16xf64>
}
// VJP-LABEL: func.func @plain(
// VJP:         %[[DX:.*]] = mimo.matmul {{.*}} transpose false, false
// VJP:         %[[DW:.*]] = mimo.matmul {{.*}} transpose true, false
// VJP-NEXT:    return %[[DX]], %[[DW]]
// CHECK-LABEL: func.func @plain
// CHECK:         %[[ZERO:.*]] = linalg.fill
// CHECK:         linalg.generic {{.*}} outs(%[[ZERO]] : tensor<3x16xf64>)

// Along the last axis of a sequence: the gradient of the weights sums over batch and length at once.
func.func @sequence(%x: tensor<?x5x8xf32>, %w: tensor<16x8xf32>, %b: tensor<16xf32>) -> tensor<?x5x16xf32> {
  %0 = mimo.linear %x, %w, %b : tensor<?x5x8xf32>, tensor<16x8xf32>, tensor<16xf32>
  return %0 : tensor<?x5x16xf32>
}
// VJP-LABEL: func.func @sequence(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x5x8xf32>, %[[W:[^:]*]]: tensor<16x8xf32>, %{{[^:]*}}: tensor<16xf32>, %[[G:[^:]*]]: tensor<?x5x16xf32>)
// VJP:         %[[DX:.*]] = mimo.einsum "abn,nk->abk" %[[G]], %[[W]]
// VJP:         %[[DW:.*]] = mimo.einsum "abn,abk->nk" %[[G]], %[[X]]
// VJP:         %[[DB:.*]] = mimo.sum %[[G]] over [0, 1] keepdim false
// CHECK-LABEL: func.func @sequence
// CHECK:         %[[B:.*]] = linalg.generic {{.*}} ins(%arg2 : tensor<16xf32>)
// CHECK:         %[[T:.*]] = linalg.transpose ins(%arg1 : tensor<16x8xf32>)
// CHECK:         iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%arg0, %[[T]] : {{.*}}) outs(%[[B]] :
