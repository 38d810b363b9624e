// dot: y = sum a b along the last dimension, so da = g b.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @rows(%a: tensor<?x8xf32>, %b: tensor<8xf32>) -> tensor<?xf32> {
  %0 = mimo.dot %a, %b : tensor<?x8xf32>, tensor<8xf32>
  return %0 : tensor<?xf32>
}
// VJP-LABEL: func.func @rows(
// VJP-SAME:    %[[A:[^:]*]]: tensor<?x8xf32>, %[[B:[^:]*]]: tensor<8xf32>, %[[G:[^:]*]]: tensor<?xf32>)
// VJP:         %[[DA:.*]] = mimo.einsum "a,k->ak" %[[G]], %[[B]]
// VJP:         %[[DB:.*]] = mimo.einsum "a,ak->k" %[[G]], %[[A]]
// VJP:         return %[[DA]], %[[DB]]
// CHECK-LABEL: func.func @rows
// CHECK:         iterator_types = ["parallel", "reduction"]}
