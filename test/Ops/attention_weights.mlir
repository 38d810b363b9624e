// attention_weights: P = softmax(S), S = scale q k^T + mask, so dS = P (g - sum(g P)).
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

// CHECK-DAG: #[[KEYS:.*]] = affine_map<(d0, d1, d2) -> (d0, 0, d2)>

// A mask of keys stands for all queries. Where it hides all keys the largest score is minus infinity, and the weights are 0.
func.func @keys(%q: tensor<?x5x4xf32>, %k: tensor<?x7x4xf32>, %m: tensor<?x7xi1>) -> tensor<?x5x7xf32> {
  %0 = mimo.attention_weights %q, %k mask %m causal false scale 5.000000e-01 : tensor<?x5x4xf32>, tensor<?x7x4xf32>, tensor<?x7xi1>
  return %0 : tensor<?x5x7xf32>
}
// VJP-LABEL: func.func @keys(
// VJP-SAME:    %[[Q:[^:]*]]: tensor<?x5x4xf32>, %[[K:[^:]*]]: tensor<?x7x4xf32>, %[[M:[^:]*]]: tensor<?x7xi1>, %[[G:[^:]*]]: tensor<?x5x7xf32>)
// VJP:         %[[P:.*]] = mimo.attention_weights %[[Q]], %[[K]] mask %[[M]] causal false scale 5.000000e-01
// VJP:         %[[GP:.*]] = mimo.mul %[[G]], %[[P]]
// VJP:         %[[SUM:.*]] = mimo.sum %[[GP]] over [2] keepdim true
// VJP:         %[[D:.*]] = mimo.sub %[[G]], %[[SUM]]
// VJP:         %[[DS:.*]] = mimo.mul %[[P]], %[[D]]
// VJP:         %[[SCALE:.*]] = mimo.constant 5.000000e-01
// VJP:         %[[SCALED:.*]] = mimo.mul %[[DS]], %[[SCALE]]
// VJP:         mimo.einsum "amn,ank->amk" %[[SCALED]], %[[K]]
// VJP:         mimo.einsum "amn,amk->ank" %[[SCALED]], %[[Q]]
// CHECK-LABEL: func.func @keys
// CHECK:         linalg.generic {indexing_maps = [#{{.*}}, #[[KEYS]], #{{.*}}]
// CHECK:           arith.mulf
// CHECK:           arith.select
// CHECK:           arith.maximumf
// CHECK:           %[[HIDDEN:.*]] = arith.cmpf oeq
// CHECK:           arith.select %[[HIDDEN]]
// CHECK:           %[[NONE:.*]] = arith.cmpf oeq
// CHECK:           arith.select %[[NONE]]

// Only the past: a query sees at least its own place, so that plain softmax will do.
func.func @causal(%q: tensor<?x5x4xf32>, %k: tensor<?x5x4xf32>) -> tensor<?x5x5xf32> {
  %0 = mimo.attention_weights %q, %k causal true scale 1.000000e+00 : tensor<?x5x4xf32>, tensor<?x5x4xf32>
  return %0 : tensor<?x5x5xf32>
}
// CHECK-LABEL: func.func @causal
// CHECK:           %[[COLUMN:.*]] = linalg.index 2
// CHECK:           %[[ROW:.*]] = linalg.index 1
// CHECK:           arith.cmpi sle, %[[COLUMN]], %[[ROW]]
// CHECK-NOT:       arith.cmpf

// Numbers are added to the scores, and have a gradient of their own: summed over what they were repeated along.
func.func @added(%q: tensor<?x2x5x4xf32>, %k: tensor<?x2x5x4xf32>, %m: tensor<5x5xf32>) -> tensor<?x2x5x5xf32> {
  %0 = mimo.attention_weights %q, %k mask %m causal false scale 1.000000e+00 : tensor<?x2x5x4xf32>, tensor<?x2x5x4xf32>, tensor<5x5xf32>
  return %0 : tensor<?x2x5x5xf32>
}
// CHECK-LABEL: func.func @added
// VJP-LABEL: func.func @added(
// VJP:         %[[DS:.*]] = mimo.mul
// VJP:         %[[SUM:.*]] = mimo.sum %{{.*}} over [0, 1] keepdim true
// VJP:         mimo.reshape %[[SUM]] to [5, 5]
