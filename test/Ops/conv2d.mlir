// conv2d: sums of products over channels and kernel in all three directions, channels last.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @strided(%x: tensor<?x3x9x9xf32>, %w: tensor<8x3x3x3xf32>, %b: tensor<8xf32>) -> tensor<?x8x5x5xf32> {
  %0 = mimo.conv2d %x, %w, %b stride [2, 2] pad [1, 1] [1, 1] dilation [1, 1] groups 1 : tensor<?x3x9x9xf32>, tensor<8x3x3x3xf32>, tensor<8xf32>
  return %0 : tensor<?x8x5x5xf32>
}

func.func @depthwise(%x: tensor<?x6x5x5xf32>, %w: tensor<6x1x3x3xf32>) -> tensor<?x6x3x3xf32> {
  %0 = mimo.conv2d %x, %w stride [1, 1] pad [0, 0] [0, 0] dilation [1, 1] groups 6 : tensor<?x6x5x5xf32>, tensor<6x1x3x3xf32>
  return %0 : tensor<?x6x3x3xf32>
}

// VJP-LABEL: func.func @strided(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x3x9x9xf32>, %[[W:[^:]*]]: tensor<8x3x3x3xf32>, %{{[^:]*}}: tensor<8xf32>, %[[G:[^:]*]]: tensor<?x8x5x5xf32>)
// VJP:         %[[DX:.*]] = mimo.conv_input %[[G]], %[[W]] stride [2, 2] pad [1, 1] [1, 1] dilation [1, 1] groups 1 to [9, 9]
// VJP:         %[[DW:.*]] = mimo.conv_weight %[[X]], %[[G]] stride [2, 2] pad [1, 1] [1, 1] dilation [1, 1] groups 1 kernel [3, 3]
// VJP:         %[[DB:.*]] = mimo.sum %[[G]] over [0, 2, 3] keepdim false
// VJP:         return %[[DX]], %[[DW]], %[[DB]]

// The accumulators start from the bias; windows are read from a padded copy with channels last; the rows of the weight are the
// channels of the result.
// CHECK-DAG:   #[[SEEN:.*]] = affine_map<(d0, d1, d2, d3, d4, d5, d6, d7) -> (d0, d2 * 2 + d5, d3 * 2 + d6, d1, d7)>
// CHECK-DAG:   #[[FACTOR:.*]] = affine_map<(d0, d1, d2, d3, d4, d5, d6, d7) -> (d5, d6, d1, d7, d4)>
// CHECK-DAG:   #[[RESULT:.*]] = affine_map<(d0, d1, d2, d3, d4, d5, d6, d7) -> (d0, d2, d3, d1, d4)>
// CHECK-LABEL: func.func @strided
// CHECK:         %[[BIAS:.*]] = linalg.generic {{.*}} outs(%{{.*}} : tensor<?x5x5x1x8xf32>)
// CHECK:         linalg.transpose ins(%{{.*}} : tensor<?x3x9x9xf32>) outs(%{{.*}} : tensor<?x9x9x3xf32>) permutation = [0, 2, 3, 1]
// CHECK:         %[[PADDED:.*]] = tensor.insert_slice %{{.*}} into %{{.*}}[0, 1, 1, 0, 0] [%{{.*}}, 9, 9, 1, 3] [1, 1, 1, 1, 1]
// CHECK:         linalg.generic {indexing_maps = [#[[SEEN]], #[[FACTOR]], #[[RESULT]]], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]} ins(%[[PADDED]], %{{.*}} : tensor<?x11x11x1x3xf32>, tensor<3x3x1x3x8xf32>) outs(%[[BIAS]] :
// CHECK:         linalg.transpose {{.*}} outs(%{{.*}} : tensor<?x8x5x5xf32>) permutation = [0, 3, 1, 2]

// One channel in and out a group: the groups are innermost, so that they become the vector.
// CHECK-LABEL: func.func @depthwise
// CHECK:         linalg.generic {{.*}} iterator_types = ["parallel", "parallel", "parallel", "reduction", "reduction", "parallel"]
