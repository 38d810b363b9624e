// attention: y = P v with P = attention_weights(q, k), so dP = g v^T and dv = P^T g, and what dP gives q and k.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @plain(%q: tensor<?x2x5x4xf32>, %k: tensor<?x2x7x4xf32>, %v: tensor<?x2x7x3xf32>) -> tensor<?x2x5x3xf32> {
  %0 = mimo.attention %q, %k, %v causal false scale 5.000000e-01 : tensor<?x2x5x4xf32>, tensor<?x2x7x4xf32>, tensor<?x2x7x3xf32>
  return %0 : tensor<?x2x5x3xf32>
}
// VJP-LABEL: func.func @plain(
// VJP-SAME:    %[[Q:[^:]*]]: tensor<?x2x5x4xf32>, %[[K:[^:]*]]: tensor<?x2x7x4xf32>, %[[V:[^:]*]]: tensor<?x2x7x3xf32>, %[[G:[^:]*]]: tensor<?x2x5x3xf32>)
// VJP:         %[[P:.*]] = mimo.attention_weights %[[Q]], %[[K]] causal false scale 5.000000e-01
// VJP-DAG:     %[[DP:.*]] = mimo.einsum "bamn,bakn->bamk" %[[G]], %[[V]]
// VJP-DAG:     %[[DV:.*]] = mimo.einsum "bamn,bamk->bakn" %[[G]], %[[P]]
// VJP:         mimo.mul %[[DP]], %[[P]]
// VJP:         %[[DQ:.*]] = mimo.einsum "bamn,bank->bamk" %{{.*}}, %[[K]]
// VJP:         %[[DK:.*]] = mimo.einsum "bamn,bamk->bank" %{{.*}}, %[[Q]]
// VJP:         return %[[DQ]], %[[DK]], %[[DV]]

// Keys are transposed; the values are read as they lie.
// CHECK-LABEL: func.func @plain
// CHECK:         linalg.transpose ins(%arg1 : {{.*}} permutation = [0, 1, 3, 2]
// CHECK-NOT:     linalg.transpose
// CHECK:         math.exp
// CHECK:         ins(%{{.*}}, %arg2 : tensor<?x2x5x7xf32>, tensor<?x2x7x3xf32>)
