// window_spread: its gradient is window_sum, with ceil_mode where the windows say so.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @f(%g: tensor<?x3x4xf32>) -> tensor<?x3x7xf32> {
  %0 = mimo.window_spread %g kernel [2] stride [2] pad [0] dilation [1] to [7] : tensor<?x3x4xf32>
  return %0 : tensor<?x3x7xf32>
}
// VJP:         mimo.window_sum %{{.*}} kernel [2] stride [2] pad [0] dilation [1] ceil true
// CHECK-LABEL: func.func @f
// CHECK:         scf.for
// CHECK:           linalg.generic {{.*}} iterator_types = ["parallel", "parallel", "parallel"]
// CHECK:         tensor.extract_slice {{.*}} : tensor<?x3x8xf32> to tensor<?x3x7xf32>
