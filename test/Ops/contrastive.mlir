// contrastive: log sum_j exp(s_ij) - s_ii with s = a b^T / temperature. Matrices over pairs of rows arise in the lowering only; the
// gradients of a and b share them.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s
// RUN: mimo-opt %s --mimoc-vjp --mimoc-mimo-to-linalg --cse | FileCheck %s --check-prefix=GRADIENT

func.func @contrastive(%a: tensor<?x4xf32>, %b: tensor<?x4xf32>, %m: tensor<?xi1>) -> tensor<?xf32> {
  %0 = mimo.contrastive %a, %b where %m {temperature = 0.5, symmetric = false} : tensor<?x4xf32>, tensor<?x4xf32>, tensor<?xi1>
  return %0 : tensor<?xf32>
}
// VJP-LABEL: func.func @contrastive(
// VJP-SAME:    %[[A:[^:]*]]: tensor<?x4xf32>, %[[B:[^:]*]]: tensor<?x4xf32>, %[[M:[^:]*]]: tensor<?xi1>, %[[G:[^:]*]]: tensor<?xf32>)
// VJP-DAG:     %[[DA:.*]] = mimo.contrastive_vjp %[[A]], %[[B]] by %[[G]] where %[[M]] {operand = 0 : i64
// VJP-DAG:     %[[DB:.*]] = mimo.contrastive_vjp %[[A]], %[[B]] by %[[G]] where %[[M]] {operand = 1 : i64
// VJP:         return %[[DA]], %[[DB]]

// CHECK-LABEL: func.func @contrastive
// CHECK:         linalg.transpose
// CHECK:         %[[S:.*]] = linalg.generic {{.*}}"parallel", "parallel", "reduction"]}
// A pair with a row that is not selected is -inf.
// CHECK:         arith.andi
// CHECK:         arith.select
// CHECK:         arith.maximumf
// CHECK:         math.exp
// CHECK:         math.log

// One product for the similarities, and one for each gradient.
// GRADIENT-LABEL:   func.func @contrastive
// GRADIENT-COUNT-3: "parallel", "parallel", "reduction"]}
// GRADIENT-NOT:     "parallel", "parallel", "reduction"]}
// GRADIENT:         return
