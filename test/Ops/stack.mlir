// stack: each part gets its slice of the cotangent.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @two(%x: tensor<?x4xf32>, %y: tensor<?x4xf32>) -> tensor<?x2x4xf32> {
  %r = mimo.stack %x, %y along 1 : tensor<?x4xf32>, tensor<?x4xf32>
  return %r : tensor<?x2x4xf32>
}
// VJP-LABEL: func.func @two(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4xf32>, %[[Y:[^:]*]]: tensor<?x4xf32>, %[[G:[^:]*]]: tensor<?x2x4xf32>)
// VJP:         %[[SLICE:.*]] = mimo.slice %[[G]] at [0, 0, 0] of [-1, 1, 4]
// VJP:         %[[RESHAPE:.*]] = mimo.reshape %[[SLICE]] to [-1, 4]
// VJP:         %[[SLICE_2:.*]] = mimo.slice %[[G]] at [0, 1, 0] of [-1, 1, 4]
// VJP:         %[[RESHAPE_2:.*]] = mimo.reshape %[[SLICE_2]] to [-1, 4]
// VJP:         return %[[RESHAPE]], %[[RESHAPE_2]]
// CHECK-LABEL: func.func @two(
// CHECK:         tensor.expand_shape
// CHECK:         tensor.expand_shape
// CHECK:         tensor.insert_slice {{.*}}[0, 0, 0] [%{{.*}}, 1, 4]
// CHECK:         tensor.insert_slice {{.*}}[0, 1, 0] [%{{.*}}, 1, 4]

func.func @last(%x: tensor<?x4xf32>, %y: tensor<?x4xf32>) -> tensor<?x4x2xf32> {
  %r = mimo.stack %x, %y along -1 : tensor<?x4xf32>, tensor<?x4xf32>
  return %r : tensor<?x4x2xf32>
}
// VJP-LABEL: func.func @last(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4xf32>, %[[Y:[^:]*]]: tensor<?x4xf32>, %[[G:[^:]*]]: tensor<?x4x2xf32>)
// VJP:         %[[SLICE:.*]] = mimo.slice %[[G]] at [0, 0, 0] of [-1, 4, 1]
// VJP:         %[[RESHAPE:.*]] = mimo.reshape %[[SLICE]] to [-1, 4]
// VJP:         %[[SLICE_2:.*]] = mimo.slice %[[G]] at [0, 0, 1] of [-1, 4, 1]
// VJP:         %[[RESHAPE_2:.*]] = mimo.reshape %[[SLICE_2]] to [-1, 4]
// VJP:         return %[[RESHAPE]], %[[RESHAPE_2]]
// CHECK-LABEL: func.func @last(
// CHECK:         tensor.expand_shape
// CHECK:         tensor.expand_shape
// CHECK:         tensor.insert_slice {{.*}}[0, 0, 0] [%{{.*}}, 4, 1]
// CHECK:         tensor.insert_slice {{.*}}[0, 0, 1] [%{{.*}}, 4, 1]
