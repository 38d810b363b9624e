// conv1d: conv2d with one spatial dimension.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @dilated(%x: tensor<?x4x11xf32>, %w: tensor<6x2x3xf32>) -> tensor<?x6x9xf32> {
  %0 = mimo.conv1d %x, %w stride [1] pad [1] [1] dilation [2] groups 2 : tensor<?x4x11xf32>, tensor<6x2x3xf32>
  return %0 : tensor<?x6x9xf32>
}
// VJP-LABEL: func.func @dilated(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4x11xf32>, %[[W:[^:]*]]: tensor<6x2x3xf32>, %[[G:[^:]*]]: tensor<?x6x9xf32>)
// VJP:         mimo.conv_input %[[G]], %[[W]] stride [1] pad [1] [1] dilation [2] groups 2 to [11]
// VJP:         mimo.conv_weight %[[X]], %[[G]] stride [1] pad [1] [1] dilation [2] groups 2 kernel [3]
// CHECK:       affine_map<(d0, d1, d2, d3, d4, d5) -> (d0, d2 + d4 * 2, d1, d5)>
// CHECK-LABEL: func.func @dilated
// CHECK:         linalg.generic {{.*}} ins(%{{.*}}, %{{.*}} : tensor<?x13x2x2xf32>, tensor<3x2x2x3xf32>) outs(%{{.*}} : tensor<?x9x2x3xf32>)
