// flatten: [batch, a, b, ...] to [batch, a b ...].
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @image(%x: tensor<?x2x3x4xf32>) -> tensor<?x24xf32> {
  %0 = mimo.flatten %x : tensor<?x2x3x4xf32>
  return %0 : tensor<?x24xf32>
}
// VJP-LABEL: func.func @image(
// VJP-SAME:    %{{[^:]*}}: tensor<?x2x3x4xf32>, %[[G:[^:]*]]: tensor<?x24xf32>)
// VJP:         %[[D:.*]] = mimo.reshape %[[G]] to [-1, 2, 3, 4]
// VJP:         return %[[D]]
// CHECK-LABEL: func.func @image
// CHECK:         tensor.collapse_shape %arg0 {{\[\[}}0], [1, 2, 3]] : tensor<?x2x3x4xf32> into tensor<?x24xf32>

// What is flat stays; a batch of numbers becomes a column.
func.func @flat(%x: tensor<?x4xf32>, %y: tensor<?xf32>) -> (tensor<?x4xf32>, tensor<?x1xf32>) {
  %0 = mimo.flatten %x : tensor<?x4xf32>
  %1 = mimo.flatten %y : tensor<?xf32>
  return %0, %1 : tensor<?x4xf32>, tensor<?x1xf32>
}
// CHECK-LABEL: func.func @flat
// CHECK:         %[[C:.*]] = tensor.expand_shape %arg1 {{\[\[}}0, 1]] {{.*}} into tensor<?x1xf32>
// CHECK:         return %arg0, %[[C]]
