// RUN: mimo-opt %s --mimoc-vjp | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s --check-prefix=LINALG

// VJP-LABEL: func.func @sum(
// VJP-SAME:    %[[I:.*]]: tensor<?xi64, "edges">, %[[G:.*]]: tensor<4x3xf32>)
// VJP:         mimo.take %[[G]] at %{{.*}} along 0 : tensor<4x3xf32>, tensor<?xi64, "edges">

// One row after the other, in the order of the indices; types are bare.
// LINALG-LABEL: func.func @sum(
// LINALG-SAME:    %[[X:.*]]: tensor<?x3xf32> {mimo.dim = "edges"}, %[[I:.*]]: tensor<?xi64> {mimo.dim = "edges"}) -> tensor<4x3xf32>
// LINALG:         %[[N:.*]] = tensor.dim %[[I]], %{{.*}} : tensor<?xi64>
// LINALG:         scf.for %[[ROW:.*]] = %{{.*}} to %[[N]]
// LINALG:           %[[AT:.*]] = tensor.extract %[[I]][%[[ROW]]]
// LINALG:           arith.minsi
// LINALG:           arith.maxsi
// LINALG:           linalg.generic
// LINALG:             arith.addf
func.func @sum(%x: tensor<?x3xf32, "edges">, %i: tensor<?xi64, "edges">) -> tensor<4x3xf32> {
  %0 = mimo.segment_sum %x by %i into 4 : tensor<?x3xf32, "edges">, tensor<?xi64, "edges">
  return %0 : tensor<4x3xf32>
}

// The number of segments comes from an operand where it is known at run time only.
// LINALG-LABEL: func.func @of_nodes(
// LINALG-SAME:    %[[NODES:[^ :]*]]: tensor<i64>) -> (tensor<?x3xf32> {mimo.dim = "nodes"})
// LINALG:         %[[N:.*]] = tensor.extract %[[NODES]][] : tensor<i64>
// LINALG:         %[[COUNT:.*]] = arith.index_cast %[[N]] : i64 to index
// LINALG:         tensor.empty(%[[COUNT]]) : tensor<?x3xf32>
func.func @of_nodes(%x: tensor<?x3xf32, "edges">, %i: tensor<?xi64, "edges">, %n: tensor<i64>) -> tensor<?x3xf32, "nodes"> {
  %0 = mimo.segment_sum %x by %i into -1 of "nodes" counted %n : tensor<?x3xf32, "edges">, tensor<?xi64, "edges">, tensor<i64>
  return %0 : tensor<?x3xf32, "nodes">
}
