// conv_transpose2d: what conv_input computes, plus the bias; its gradients are those of a convolution with the parts exchanged.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @grown(%x: tensor<?x4x3x5xf32>, %w: tensor<4x2x3x3xf32>, %b: tensor<2xf32>) -> tensor<?x2x6x10xf32> {
  %0 = mimo.conv_transpose2d %x, %w, %b stride [2, 2] pad [1, 1] [1, 1] dilation [1, 1] groups 1 to [6, 10] : tensor<?x4x3x5xf32>, tensor<4x2x3x3xf32>, tensor<2xf32>
  return %0 : tensor<?x2x6x10xf32>
}
// VJP-LABEL: func.func @grown(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4x3x5xf32>, %[[W:[^:]*]]: tensor<4x2x3x3xf32>, %{{[^:]*}}: tensor<2xf32>, %[[G:[^:]*]]: tensor<?x2x6x10xf32>)
// VJP:         %[[DX:.*]] = mimo.conv2d %[[G]], %[[W]] stride [2, 2] pad [1, 1] [1, 1]
// VJP:         %[[DW:.*]] = mimo.conv_weight %[[G]], %[[X]] stride [2, 2] pad [1, 1] [1, 1] dilation [1, 1] groups 1 kernel [3, 3]
// VJP:         %[[DB:.*]] = mimo.sum %[[G]] over [0, 2, 3]
// VJP:         return %[[DX]], %[[DW]], %[[DB]]
// CHECK-LABEL: func.func @grown
// CHECK:         linalg.generic {{.*}} outs(%{{.*}} : tensor<?x8x12x1x2xf32>)
// CHECK:         tensor.extract_slice %{{.*}}[0, 1, 1, 0, 0] [%{{.*}}, 6, 10, 1, 2] [1, 1, 1, 1, 1]
// CHECK:         linalg.generic {{.*}} outs(%{{.*}} : tensor<?x2x6x10xf32>)
