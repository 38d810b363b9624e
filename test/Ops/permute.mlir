// permute: the gradient is the inverse permutation.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @four(%x: tensor<?x2x3x4xf32>) -> tensor<?x4x2x3xf32> {
  %r = mimo.permute %x by [0, 3, 1, 2] : tensor<?x2x3x4xf32>
  return %r : tensor<?x4x2x3xf32>
}
// VJP-LABEL: func.func @four(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x2x3x4xf32>, %[[G:[^:]*]]: tensor<?x4x2x3xf32>)
// VJP:         %[[PERMUTE:.*]] = mimo.permute %[[G]] by [0, 2, 3, 1]
// VJP:         return %[[PERMUTE]]
// CHECK-LABEL: func.func @four(
