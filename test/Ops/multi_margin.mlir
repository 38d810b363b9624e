// multi_margin: sum over the other classes of max(0, margin - x[label] + x[j]) / classes.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @multi_margin(%x: tensor<?x5xf32>, %t: tensor<?xi32>) -> tensor<?xf32> {
  %0 = mimo.multi_margin %x, %t : tensor<?x5xf32>, tensor<?xi32>
  return %0 : tensor<?xf32>
}
// VJP-LABEL: func.func @multi_margin(
// VJP-NOT:     mimo.multi_margin
// VJP:         %[[HOT:.*]] = mimo.one_hot_like
// VJP:         %[[D:.*]] = mimo.select
// The label's class gets minus what the others get.
// VJP:         %[[ALL:.*]] = mimo.sum %{{.*}} over [1] keepdim true
// VJP:         mimo.mul %[[HOT]], %[[ALL]]

// CHECK-LABEL: func.func @multi_margin
// CHECK-NOT:     mimo.
// CHECK:         return
