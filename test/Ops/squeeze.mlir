// squeeze: a reshape, forwards and backwards.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @all(%x: tensor<?x1x3xf32>) -> tensor<?x3xf32> {
  %r = mimo.squeeze %x without [] : tensor<?x1x3xf32>
  return %r : tensor<?x3xf32>
}
// VJP-LABEL: func.func @all(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x1x3xf32>, %[[G:[^:]*]]: tensor<?x3xf32>)
// VJP:         %[[RESHAPE:.*]] = mimo.reshape %[[G]] to [-1, 1, 3]
// VJP:         return %[[RESHAPE]]
// CHECK-LABEL: func.func @all(
// CHECK:         tensor.collapse_shape

func.func @one(%x: tensor<?x1x3x1xf32>) -> tensor<?x1x3xf32> {
  %r = mimo.squeeze %x without [-1] : tensor<?x1x3x1xf32>
  return %r : tensor<?x1x3xf32>
}
// VJP-LABEL: func.func @one(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x1x3x1xf32>, %[[G:[^:]*]]: tensor<?x1x3xf32>)
// VJP:         %[[RESHAPE:.*]] = mimo.reshape %[[G]] to [-1, 1, 3, 1]
// VJP:         return %[[RESHAPE]]
// CHECK-LABEL: func.func @one(
// CHECK:         tensor.collapse_shape
// CHECK:         tensor.expand_shape
