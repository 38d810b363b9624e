// pad: the cotangent is the slice where x lies.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @last(%x: tensor<?x4xf32>) -> tensor<?x7xf32> {
  %r = mimo.pad %x before [1] after [2] along [-1] with 5.0e-1 : tensor<?x4xf32>
  return %r : tensor<?x7xf32>
}
// VJP-LABEL: func.func @last(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4xf32>, %[[G:[^:]*]]: tensor<?x7xf32>)
// VJP:         %[[SLICE:.*]] = mimo.slice %[[G]] at [0, 1] of [-1, 4]
// VJP:         return %[[SLICE]]
// CHECK-LABEL: func.func @last(
// CHECK:         tensor.insert_slice {{.*}}[0, 1] [%{{.*}}, 4]

func.func @each(%x: tensor<?x4x3xf32>) -> tensor<?x7x5xf32> {
  %r = mimo.pad %x before [1, 0] after [2] along [1, 2] with 0.0 : tensor<?x4x3xf32>
  return %r : tensor<?x7x5xf32>
}
// VJP-LABEL: func.func @each(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4x3xf32>, %[[G:[^:]*]]: tensor<?x7x5xf32>)
// VJP:         %[[SLICE:.*]] = mimo.slice %[[G]] at [0, 1, 0] of [-1, 4, 3]
// VJP:         return %[[SLICE]]
// CHECK-LABEL: func.func @each(
// CHECK:         tensor.insert_slice {{.*}}[0, 1, 0] [%{{.*}}, 4, 3]
