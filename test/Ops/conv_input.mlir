// conv_input: every cotangent is spread over what its window saw; the loops of windows and kernel are sums where windows overlap.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @overlapping(%g: tensor<?x8x5x5xf32>, %w: tensor<8x3x3x3xf32>) -> tensor<?x3x9x9xf32> {
  %0 = mimo.conv_input %g, %w stride [2, 2] pad [1, 1] [1, 1] dilation [1, 1] groups 1 to [9, 9] : tensor<?x8x5x5xf32>, tensor<8x3x3x3xf32>
  return %0 : tensor<?x3x9x9xf32>
}
// VJP-LABEL: func.func @overlapping(
// VJP-SAME:    %[[G:[^:]*]]: tensor<?x8x5x5xf32>, %[[W:[^:]*]]: tensor<8x3x3x3xf32>, %[[C:[^:]*]]: tensor<?x3x9x9xf32>)
// VJP:         mimo.conv2d %[[C]], %[[W]] stride [2, 2] pad [1, 1] [1, 1] dilation [1, 1] groups 1
// VJP:         mimo.conv_weight %[[C]], %[[G]] stride [2, 2] pad [1, 1] [1, 1] dilation [1, 1] groups 1 kernel [3, 3]
// CHECK:       affine_map<(d0, d1, d2, d3, d4, d5, d6, d7) -> (d0, d2 * 2 + d3, d5 * 2 + d4, d1, d7)>
// CHECK-LABEL: func.func @overlapping
// CHECK:         linalg.generic {{.*}} iterator_types = ["parallel", "parallel", "reduction", "reduction", "reduction", "reduction", "reduction", "parallel"]

func.func @pointwise(%g: tensor<?x8x5x5xf32>, %w: tensor<8x3x1x1xf32>) -> tensor<?x3x5x5xf32> {
  %0 = mimo.conv_input %g, %w stride [1, 1] pad [0, 0] [0, 0] dilation [1, 1] groups 1 to [5, 5] : tensor<?x8x5x5xf32>, tensor<8x3x1x1xf32>
  return %0 : tensor<?x3x5x5xf32>
}
// CHECK-LABEL: func.func @pointwise
// CHECK:         linalg.generic {{.*}} iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel", "parallel", "reduction", "parallel"]

// One channel makes no vector: dot products, one place of the kernel after the other.
func.func @one_channel(%g: tensor<?x8x3x3xf32>, %w: tensor<8x1x2x2xf32>) -> tensor<?x1x6x6xf32> {
  %0 = mimo.conv_input %g, %w stride [2, 2] pad [0, 0] [0, 0] dilation [1, 1] groups 1 to [6, 6] : tensor<?x8x3x3xf32>, tensor<8x1x2x2xf32>
  return %0 : tensor<?x1x6x6xf32>
}
// CHECK-LABEL: func.func @one_channel
// CHECK:         scf.for
// CHECK:           scf.for
// CHECK:             tensor.extract_slice %{{.*}}[0, %{{.*}}, %{{.*}}, 0, 0] [%{{.*}}, 3, 3, 1, 1] [1, 2, 2, 1, 1]
// CHECK:             linalg.generic {{.*}} iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]
