// window_sum: its gradient is window_spread.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @f(%x: tensor<?x3x7xf32>) -> tensor<?x3x4xf32> {
  %0 = mimo.window_sum %x kernel [2] stride [2] pad [0] dilation [1] ceil true : tensor<?x3x7xf32>
  return %0 : tensor<?x3x4xf32>
}
// VJP:         mimo.window_spread %{{.*}} kernel [2] stride [2] pad [0] dilation [1] to [7]
// CHECK-LABEL: func.func @f
// CHECK:         tensor.insert_slice {{.*}} into tensor<?x3x8xf32>
// CHECK:         linalg.generic {{.*}} iterator_types = ["parallel", "parallel", "reduction", "parallel"]
// CHECK:           arith.addf
