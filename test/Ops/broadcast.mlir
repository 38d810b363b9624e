// broadcast: the cotangent is the sum over what was repeated.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @rows(%x: tensor<?x1x3xf32>) -> tensor<?x4x3xf32> {
  %r = mimo.broadcast %x to [-1, 4, 3] : tensor<?x1x3xf32>
  return %r : tensor<?x4x3xf32>
}
// VJP-LABEL: func.func @rows(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x1x3xf32>, %[[G:[^:]*]]: tensor<?x4x3xf32>)
// VJP:         %[[SUM:.*]] = mimo.sum %[[G]] over [1] keepdim true
// VJP:         return %[[SUM]]
// CHECK-LABEL: func.func @rows(
// CHECK:         linalg.generic {{.*}}["parallel", "parallel", "parallel"]

func.func @batch(%x: tensor<1x3xf32>, %like: tensor<?x4xf32>) -> tensor<?x2x3xf32> {
  %r = mimo.broadcast %x like %like to [-1, 2, 3] : tensor<1x3xf32>, tensor<?x4xf32>
  return %r : tensor<?x2x3xf32>
}
// VJP-LABEL: func.func @batch(
// VJP-SAME:    %[[X:[^:]*]]: tensor<1x3xf32>, %[[Y:[^:]*]]: tensor<?x4xf32>, %[[G:[^:]*]]: tensor<?x2x3xf32>)
// VJP:         %[[SUM:.*]] = mimo.sum %[[G]] over [0] keepdim false
// VJP:         %[[SUM_2:.*]] = mimo.sum %[[SUM]] over [0] keepdim true
// VJP:         %[[ZEROS:.*]] = mimo.zeros %[[Y]]
// VJP:         return %[[SUM_2]], %[[ZEROS]]
// CHECK-LABEL: func.func @batch(
// CHECK:         linalg.generic {{.*}}["parallel", "parallel", "parallel"]
