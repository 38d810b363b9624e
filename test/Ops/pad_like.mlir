// pad_like: x in zeros of the shape of `like`; its own cotangent is the slice at that place.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @pad_like(%x: tensor<?x3xf32>, %like: tensor<?x8xf32>) -> tensor<?x8xf32> {
  %0 = mimo.pad_like %x in %like at [0, 2] : tensor<?x3xf32>, tensor<?x8xf32>
  return %0 : tensor<?x8xf32>
}
// VJP-LABEL: func.func @pad_like(
// VJP-SAME:    %{{[^:]*}}: tensor<?x3xf32>, %[[LIKE:[^:]*]]: tensor<?x8xf32>, %[[G:[^:]*]]: tensor<?x8xf32>)
// VJP:         %[[DX:.*]] = mimo.slice %[[G]] at [0, 2] of [-1, 3]
// VJP:         %[[DL:.*]] = mimo.zeros %[[LIKE]]
// VJP:         return %[[DX]], %[[DL]]
// CHECK-LABEL: func.func @pad_like
// CHECK:         %[[ZEROS:.*]] = linalg.fill
// CHECK:         tensor.insert_slice %arg0 into %[[ZEROS]][0, 2] [%{{.*}}, 3] [1, 1]
