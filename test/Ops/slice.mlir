// slice: its cotangent lies in zeros of the whole; several slices of one value are added, also where they overlap.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @overlapping(%x: tensor<?x8xf32>) -> (tensor<?x3xf32>, tensor<?x2xf32>) {
  %0 = mimo.slice %x at [0, 2] of [-1, 3] : tensor<?x8xf32>
  %1 = mimo.slice %x at [0, 4] of [-1, 2] : tensor<?x8xf32>
  return %0, %1 : tensor<?x3xf32>, tensor<?x2xf32>
}
// VJP-LABEL: func.func @overlapping(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x8xf32>, %[[G:[^:]*]]: tensor<?x3xf32>, %[[H:[^:]*]]: tensor<?x2xf32>)
// VJP-NOT:     mimo.slice
// VJP-DAG:     %[[A:.*]] = mimo.pad_like %[[G]] in %[[X]] at [0, 2]
// VJP-DAG:     %[[B:.*]] = mimo.pad_like %[[H]] in %[[X]] at [0, 4]
// VJP:         %[[D:.*]] = mimo.add
// VJP:         return %[[D]] : tensor<?x8xf32>
// CHECK-LABEL: func.func @overlapping
// CHECK:         tensor.extract_slice %arg0[0, 2] [%{{.*}}, 3] [1, 1] : tensor<?x8xf32> to tensor<?x3xf32>
// CHECK:         tensor.extract_slice %arg0[0, 4] [%{{.*}}, 2] [1, 1] : tensor<?x8xf32> to tensor<?x2xf32>

// -1 takes an axis whole, the batch or another.
func.func @whole(%x: tensor<?x4x3xf32>) -> tensor<?x4x1xf32> {
  %0 = mimo.slice %x at [0, 0, 2] of [-1, -1, 1] : tensor<?x4x3xf32>
  return %0 : tensor<?x4x1xf32>
}
// VJP-LABEL: func.func @whole(
// VJP:         mimo.pad_like %{{.*}} in %{{.*}} at [0, 0, 2] : tensor<?x4x1xf32>, tensor<?x4x3xf32>
// CHECK-LABEL: func.func @whole
// CHECK:         tensor.extract_slice %arg0[0, 0, 2] [%{{.*}}, 4, 1] [1, 1, 1]
