// parameter: passes a parameter on.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @scale(%x: tensor<4xf32>) -> tensor<4xf32> {
  %r = mimo.parameter %x : tensor<4xf32>
  return %r : tensor<4xf32>
}
// VJP-LABEL: func.func @scale(
// VJP-SAME:    %[[X:[^:]*]]: tensor<4xf32>, %[[G:[^:]*]]: tensor<4xf32>)
// VJP:         return %[[G]]
// CHECK-LABEL: func.func @scale(
