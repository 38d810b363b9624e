// unsqueeze: a reshape, forwards and backwards.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @middle(%x: tensor<?x4xf32>) -> tensor<?x1x4xf32> {
  %r = mimo.unsqueeze %x with [1] : tensor<?x4xf32>
  return %r : tensor<?x1x4xf32>
}
// VJP-LABEL: func.func @middle(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4xf32>, %[[G:[^:]*]]: tensor<?x1x4xf32>)
// VJP:         %[[RESHAPE:.*]] = mimo.reshape %[[G]] to [-1, 4]
// VJP:         return %[[RESHAPE]]
// CHECK-LABEL: func.func @middle(
// CHECK:         tensor.expand_shape

func.func @more(%x: tensor<?xf32>) -> tensor<?x1x1xf32> {
  %r = mimo.unsqueeze %x with [1, -1] : tensor<?xf32>
  return %r : tensor<?x1x1xf32>
}
// VJP-LABEL: func.func @more(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?xf32>, %[[G:[^:]*]]: tensor<?x1x1xf32>)
// VJP:         %[[RESHAPE:.*]] = mimo.reshape %[[G]] to [-1]
// VJP:         return %[[RESHAPE]]
// CHECK-LABEL: func.func @more(
// CHECK:         tensor.expand_shape
