// matmul: C = op(A) op(B). Each cotangent is a product with the other factor that comes out as the factor itself lies:
//   C = A B:      dA = G B^T    dB = A^T G          C = A^T B:    dA = B G^T    dB = A G
//   C = A B^T:    dA = G B      dB = G^T A          C = A^T B^T:  dA = B^T G^T  dB = G^T A^T
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

// CHECK-DAG: #[[MK:.*]] = affine_map<(d0, d1, d2) -> (d0, d2)>
// CHECK-DAG: #[[KM:.*]] = affine_map<(d0, d1, d2) -> (d2, d0)>
// CHECK-DAG: #[[KN:.*]] = affine_map<(d0, d1, d2) -> (d2, d1)>
// CHECK-DAG: #[[MN:.*]] = affine_map<(d0, d1, d2) -> (d0, d1)>

func.func @nn(%a: tensor<?x8xf32>, %b: tensor<8x4xf32>) -> tensor<?x4xf32> {
  %0 = mimo.matmul %a, %b transpose false, false : tensor<?x8xf32>, tensor<8x4xf32>
  return %0 : tensor<?x4xf32>
}
// VJP-LABEL: func.func @nn(
// VJP-SAME:    %[[A:[^:]*]]: tensor<?x8xf32>, %[[B:[^:]*]]: tensor<8x4xf32>, %[[G:[^:]*]]: tensor<?x4xf32>)
// VJP:         %[[DA:.*]] = mimo.matmul %[[G]], %[[B]] transpose false, true
// VJP:         %[[DB:.*]] = mimo.matmul %[[A]], %[[G]] transpose true, false
// VJP:         return %[[DA]], %[[DB]] : tensor<?x8xf32>, tensor<8x4xf32>
// CHECK-LABEL: func.func @nn
// CHECK:         %[[ZERO:.*]] = linalg.fill
// CHECK:         linalg.generic {indexing_maps = [#[[MK]], #[[KN]], #[[MN]]]
// CHECK-SAME:      ins(%arg0, %arg1 : {{.*}}) outs(%[[ZERO]] :

func.func @nt(%a: tensor<?x8xf32>, %b: tensor<4x8xf32>) -> tensor<?x4xf32> {
  %0 = mimo.matmul %a, %b transpose false, true : tensor<?x8xf32>, tensor<4x8xf32>
  return %0 : tensor<?x4xf32>
}
// VJP-LABEL: func.func @nt(
// VJP-SAME:    %[[A:[^:]*]]: tensor<?x8xf32>, %[[B:[^:]*]]: tensor<4x8xf32>, %[[G:[^:]*]]: tensor<?x4xf32>)
// VJP:         %[[DA:.*]] = mimo.matmul %[[G]], %[[B]] transpose false, false
// VJP:         %[[DB:.*]] = mimo.matmul %[[G]], %[[A]] transpose true, false
// VJP:         return %[[DA]], %[[DB]] : tensor<?x8xf32>, tensor<4x8xf32>
// The right factor is transposed by an op of its own.
// CHECK-LABEL: func.func @nt
// CHECK:         %[[T:.*]] = linalg.transpose ins(%arg1 : tensor<4x8xf32>)
// CHECK:         linalg.generic {indexing_maps = [#[[MK]], #[[KN]], #[[MN]]]
// CHECK-SAME:      ins(%arg0, %[[T]] :

func.func @tn(%a: tensor<?x8xf32>, %b: tensor<?x4xf32>) -> tensor<8x4xf32> {
  %0 = mimo.matmul %a, %b transpose true, false : tensor<?x8xf32>, tensor<?x4xf32>
  return %0 : tensor<8x4xf32>
}
// VJP-LABEL: func.func @tn(
// VJP-SAME:    %[[A:[^:]*]]: tensor<?x8xf32>, %[[B:[^:]*]]: tensor<?x4xf32>, %[[G:[^:]*]]: tensor<8x4xf32>)
// VJP:         %[[DA:.*]] = mimo.matmul %[[B]], %[[G]] transpose false, true
// VJP:         %[[DB:.*]] = mimo.matmul %[[A]], %[[G]] transpose false, false
// VJP:         return %[[DA]], %[[DB]] : tensor<?x8xf32>, tensor<?x4xf32>
// The left factor is read as it lies; the result has no batch.
// CHECK-LABEL: func.func @tn
// CHECK-NOT:     linalg.transpose
// CHECK:         tensor.empty() : tensor<8x4xf32>
// CHECK:         linalg.generic {indexing_maps = [#[[KM]], #[[KN]], #[[MN]]]

func.func @tt(%a: tensor<8x2xf32>, %b: tensor<4x8xf32>) -> tensor<2x4xf32> {
  %0 = mimo.matmul %a, %b transpose true, true : tensor<8x2xf32>, tensor<4x8xf32>
  return %0 : tensor<2x4xf32>
}
// VJP-LABEL: func.func @tt(
// VJP-SAME:    %[[A:[^:]*]]: tensor<8x2xf32>, %[[B:[^:]*]]: tensor<4x8xf32>, %[[G:[^:]*]]: tensor<2x4xf32>)
// VJP:         %[[DA:.*]] = mimo.matmul %[[B]], %[[G]] transpose true, true
// VJP:         %[[DB:.*]] = mimo.matmul %[[G]], %[[A]] transpose true, true
// VJP:         return %[[DA]], %[[DB]] : tensor<8x2xf32>, tensor<4x8xf32>

// Leading dimensions stand for several products; where one factor serves several matrices of the other, the sum over
// these is part of its cotangent.
func.func @shared(%a: tensor<?x5x8xf32>, %b: tensor<8x4xf32>) -> tensor<?x5x4xf32> {
  %0 = mimo.matmul %a, %b transpose false, false : tensor<?x5x8xf32>, tensor<8x4xf32>
  return %0 : tensor<?x5x4xf32>
}
// VJP-LABEL: func.func @shared(
// VJP-SAME:    %[[A:[^:]*]]: tensor<?x5x8xf32>, %[[B:[^:]*]]: tensor<8x4xf32>, %[[G:[^:]*]]: tensor<?x5x4xf32>)
// VJP:         %[[DA:.*]] = mimo.einsum "amn,kn->amk" %[[G]], %[[B]]
// VJP:         %[[DB:.*]] = mimo.einsum "amn,amk->kn" %[[G]], %[[A]]
// VJP:         return %[[DA]], %[[DB]]
// CHECK-LABEL: func.func @shared
// CHECK-NOT:     linalg.transpose
// CHECK:         iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%arg0, %arg1 :

func.func @vector(%a: tensor<?x5x8xf32>, %b: tensor<8xf32>) -> tensor<?x5xf32> {
  %0 = mimo.matmul %a, %b transpose false, false : tensor<?x5x8xf32>, tensor<8xf32>
  return %0 : tensor<?x5xf32>
}
// VJP-LABEL: func.func @vector(
// VJP:         mimo.einsum "am,k->amk"
// VJP:         mimo.einsum "am,amk->k"
