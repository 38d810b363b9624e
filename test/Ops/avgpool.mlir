// avgpool: the sum of a window over what it counts, a number where all windows are alike and a table where not.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @alike(%x: tensor<?x3x8x8xf32>) -> tensor<?x3x4x4xf32> {
  %0 = mimo.avgpool %x kernel [2, 2] stride [2, 2] pad [0, 0] ceil false count_padding true : tensor<?x3x8x8xf32>
  return %0 : tensor<?x3x4x4xf32>
}
// VJP-LABEL: func.func @alike
// VJP:         %[[FOUR:.*]] = mimo.constant 4.000000e+00
// VJP:         %[[G:.*]] = mimo.div %{{.*}}, %[[FOUR]]
// VJP:         mimo.window_spread %[[G]] kernel [2, 2] stride [2, 2] pad [0, 0] dilation [1, 1] to [8, 8]
// CHECK-LABEL: func.func @alike
// CHECK:         arith.addf
// CHECK:         arith.divf

func.func @edges(%x: tensor<?x3x5xf32>) -> tensor<?x3x3xf32> {
  %0 = mimo.avgpool %x kernel [3] stride [2] pad [1] ceil false count_padding false : tensor<?x3x5xf32>
  return %0 : tensor<?x3x3xf32>
}
// VJP-LABEL: func.func @edges
// VJP:         mimo.constant dense<[2.000000e+00, 3.000000e+00, 2.000000e+00]>
