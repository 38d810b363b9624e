// einsum: the cotangent of an operand is the sum of products of the other one and g.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

// CHECK-DAG: #[[Q:.*]] = affine_map<(d0, d1, d2, d3, d4) -> (d0, d2, d1, d4)>
// CHECK-DAG: #[[K:.*]] = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d4, d3)>
// CHECK-DAG: #[[S:.*]] = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3)>

// The right operand is transposed so that its rows are those of the result; the left one is read as it lies.
func.func @heads(%q: tensor<?x6x2x5xf32>, %k: tensor<?x7x2x5xf32>) -> tensor<?x2x6x7xf32> {
  %0 = mimo.einsum "bqhd,bkhd->bhqk" %q, %k : tensor<?x6x2x5xf32>, tensor<?x7x2x5xf32>
  return %0 : tensor<?x2x6x7xf32>
}
// VJP-LABEL: func.func @heads(
// VJP-SAME:    %[[Q:[^:]*]]: tensor<?x6x2x5xf32>, %[[K:[^:]*]]: tensor<?x7x2x5xf32>, %[[G:[^:]*]]: tensor<?x2x6x7xf32>)
// VJP:         %[[DQ:.*]] = mimo.einsum "bhqk,bkhd->bqhd" %[[G]], %[[K]]
// VJP:         %[[DK:.*]] = mimo.einsum "bhqk,bqhd->bkhd" %[[G]], %[[Q]]
// VJP:         return %[[DQ]], %[[DK]]
// CHECK-LABEL: func.func @heads
// CHECK:         %[[T:.*]] = linalg.transpose ins(%arg1 : {{.*}} permutation = [0, 2, 3, 1]
// CHECK-NOT:     linalg.transpose
// CHECK:         linalg.generic {indexing_maps = [#[[Q]], #[[K]], #[[S]]]
// CHECK-SAME:      ins(%arg0, %[[T]] :
// CHECK:           math.fma

// A letter of one operand alone is summed before the product; its cotangent is repeated.
func.func @alone(%a: tensor<?x5x7xf32>, %v: tensor<?x3xf32>) -> tensor<?x5x3xf32> {
  %0 = mimo.einsum "bij,bk->bik" %a, %v : tensor<?x5x7xf32>, tensor<?x3xf32>
  return %0 : tensor<?x5x3xf32>
}
// VJP-LABEL: func.func @alone(
// VJP-SAME:    %[[A:[^:]*]]: tensor<?x5x7xf32>, %[[V:[^:]*]]: tensor<?x3xf32>, %[[G:[^:]*]]: tensor<?x5x3xf32>)
// VJP:         %[[SUM:.*]] = mimo.einsum "bik,bk->bi" %[[G]], %[[V]]
// VJP:         %[[DA:.*]] = mimo.broadcast_like %[[SUM]] like %[[A]] dims [0, 1]
// VJP:         %[[DV:.*]] = mimo.einsum "bik,bij->bk" %[[G]], %[[A]]
// VJP:         return %[[DA]], %[[DV]]
// CHECK-LABEL: func.func @alone
// CHECK:         linalg.generic {{.*}} ins(%arg0 : tensor<?x5x7xf32>) outs(%{{.*}} : tensor<?x5xf32>)
// CHECK-NOT:     linalg.fill
// CHECK:         } -> tensor<?x5x3xf32>

// Matrix times vector: dot products along the rows of the matrix, which is not copied.
func.func @matrix_vector(%a: tensor<?x5x7xf32>, %v: tensor<?x7xf32>) -> tensor<?x5xf32> {
  %0 = mimo.einsum "bij,bj->bi" %a, %v : tensor<?x5x7xf32>, tensor<?x7xf32>
  return %0 : tensor<?x5xf32>
}
// CHECK-LABEL: func.func @matrix_vector
// CHECK-NOT:     linalg.transpose
// CHECK:         iterator_types = ["parallel", "parallel", "reduction"]} ins(%arg1, %arg0

// The last dimension of this result belongs to both operands: the product is made with rows that it can compute in
// tiles, and transposed.
func.func @turned(%q: tensor<?x6x2x5xf32>, %k: tensor<?x7x2x5xf32>) -> tensor<?x6x7x2xf32> {
  %0 = mimo.einsum "bqhd,bkhd->bqkh" %q, %k : tensor<?x6x2x5xf32>, tensor<?x7x2x5xf32>
  return %0 : tensor<?x6x7x2xf32>
}
// CHECK-LABEL: func.func @turned
// CHECK:         } -> tensor<?x6x2x7xf32>
// CHECK:         linalg.transpose ins(%{{.*}} : tensor<?x6x2x7xf32>) outs(%{{.*}} : tensor<?x6x7x2xf32>) permutation = [0, 1, 3, 2]

// What stretches has a cotangent that is summed.
func.func @stretched(%a: tensor<?x5x1xf32>, %b: tensor<?x5x3xf32>) -> tensor<?x5x3xf32> {
  %0 = mimo.einsum "bij,bij->bij" %a, %b : tensor<?x5x1xf32>, tensor<?x5x3xf32>
  return %0 : tensor<?x5x3xf32>
}
// VJP-LABEL: func.func @stretched(
// VJP:         %[[SUM:.*]] = mimo.einsum "bij,bij->bi"
// VJP:         mimo.broadcast_like %[[SUM]] like %{{.*}} dims [0, 1] : tensor<?x5xf32>, tensor<?x5x1xf32>
