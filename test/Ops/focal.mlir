// focal: alpha (1 - p)^gamma times the cross-entropy, of logits with float targets and of classes.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @binary(%x: tensor<?x4xf32>, %t: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = mimo.focal %x, %t : tensor<?x4xf32>, tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}
// VJP-LABEL: func.func @binary(
// VJP-NOT:     mimo.focal
// VJP:         %[[P:.*]] = mimo.sigmoid
// VJP:         mimo.bce_with_logits
// CHECK-LABEL: func.func @binary
// CHECK-NOT:     mimo.

func.func @classes(%x: tensor<?x4xf32>, %t: tensor<?xi64>) -> tensor<?xf32> {
  %0 = mimo.focal %x, %t {alpha = array<f64: -1.0>, gamma = 1.0} : tensor<?x4xf32>, tensor<?xi64>
  return %0 : tensor<?xf32>
}
// VJP-LABEL: func.func @classes(
// VJP-NOT:     mimo.focal
// VJP:         mimo.cross_entropy
// VJP:         %[[P:.*]] = mimo.softmax
// VJP:         %[[HOT:.*]] = mimo.one_hot_like
// VJP:         mimo.sub %[[P]], %[[HOT]]
// CHECK-LABEL: func.func @classes
// CHECK-NOT:     mimo.

// An alpha for each class.
func.func @each(%x: tensor<?x3xf32>, %t: tensor<?xi64>) -> tensor<?xf32> {
  %0 = mimo.focal %x, %t {alpha = array<f64: 0.25, 0.5, 1.0>} : tensor<?x3xf32>, tensor<?xi64>
  return %0 : tensor<?xf32>
}
// VJP-LABEL: func.func @each(
// VJP:         %[[TABLE:.*]] = mimo.constant dense<[2.500000e-01, 5.000000e-01, 1.000000e+00]>
// CHECK-LABEL: func.func @each
// CHECK:         dense<[2.500000e-01, 5.000000e-01, 1.000000e+00]>
