// scatter_add: in the order of the elements; where the source has more than the index, its cotangent is 0.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @columns(%x: tensor<?x6xf32>, %i: tensor<?x3xi32>, %s: tensor<?x5xf32>) -> tensor<?x6xf32> {
  %0 = mimo.scatter_add %x at %i add %s along 1 : tensor<?x6xf32>, tensor<?x3xi32>, tensor<?x5xf32>
  return %0 : tensor<?x6xf32>
}
// VJP-LABEL: func.func @columns(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x6xf32>, %[[I:[^:]*]]: tensor<?x3xi32>, %[[S:[^:]*]]: tensor<?x5xf32>, %[[G:[^:]*]]: tensor<?x6xf32>)
// VJP:         %[[T:.*]] = mimo.gather %[[G]] at %[[I]] along 1
// VJP:         %[[D:.*]] = mimo.pad_like %[[T]] in %[[S]] at [0, 0]
// VJP:         return %[[G]], %[[D]]
// CHECK-LABEL: func.func @columns(
// CHECK:         scf.for %[[R:.*]] = %{{.*}} iter_args(%[[OUTER:.*]] = %arg0)
// CHECK:           scf.for %[[E:.*]] = %{{.*}} iter_args(%[[Y:.*]] = %[[OUTER]])
// CHECK:             tensor.extract %arg1[%[[R]], %[[E]]]
// CHECK:             %[[C:.*]] = arith.maxsi
// CHECK:             %[[OLD:.*]] = tensor.extract %[[Y]][%[[R]], %[[C]]]
// CHECK:             %[[NEW:.*]] = tensor.extract %arg2[%[[R]], %[[E]]]
// CHECK:             %[[SUM:.*]] = arith.addf %[[OLD]], %[[NEW]]
// CHECK:             tensor.insert %[[SUM]] into %[[Y]][%[[R]], %[[C]]]
