// conv_weight: the sum over batch and windows of what each place of the kernel saw, times the cotangent.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @f(%x: tensor<?x3x9x9xf32>, %g: tensor<?x8x5x5xf32>) -> tensor<8x3x3x3xf32> {
  %0 = mimo.conv_weight %x, %g stride [2, 2] pad [1, 1] [1, 1] dilation [1, 1] groups 1 kernel [3, 3] : tensor<?x3x9x9xf32>, tensor<?x8x5x5xf32>
  return %0 : tensor<8x3x3x3xf32>
}
// VJP-LABEL: func.func @f(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x3x9x9xf32>, %[[G:[^:]*]]: tensor<?x8x5x5xf32>, %[[C:[^:]*]]: tensor<8x3x3x3xf32>)
// VJP:         mimo.conv_input %[[G]], %[[C]] stride [2, 2] pad [1, 1] [1, 1] dilation [1, 1] groups 1 to [9, 9]
// VJP:         mimo.conv2d %[[X]], %[[C]] stride [2, 2] pad [1, 1] [1, 1] dilation [1, 1] groups 1
// CHECK:       affine_map<(d0, d1, d2, d3, d4, d5, d6, d7) -> (d5, d6 * 2 + d1, d7 * 2 + d2, d0, d3)>
// CHECK-LABEL: func.func @f
// CHECK:         linalg.generic {{.*}} iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]
// CHECK-SAME:      outs(%{{.*}} : tensor<3x3x1x3x8xf32>)
// CHECK:         linalg.transpose {{.*}} permutation = [1, 2, 0, 3]
// CHECK:         linalg.transpose {{.*}} permutation = [0, 2, 1]
