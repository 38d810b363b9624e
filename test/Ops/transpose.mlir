// transpose: exchanges two axes, forwards and backwards.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @last(%x: tensor<?x4x3xf32>) -> tensor<?x3x4xf32> {
  %r = mimo.transpose %x axes -2, -1 : tensor<?x4x3xf32>
  return %r : tensor<?x3x4xf32>
}
// VJP-LABEL: func.func @last(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4x3xf32>, %[[G:[^:]*]]: tensor<?x3x4xf32>)
// VJP:         %[[TRANSPOSE:.*]] = mimo.transpose %[[G]] axes -2, -1
// VJP:         return %[[TRANSPOSE]]
// CHECK-LABEL: func.func @last(
