// cross_entropy and the softmax of its gradient compute the maxima and the sums once.
// RUN: mimo-opt %s --mimoc-stage-linalg | FileCheck %s

// CHECK-LABEL: func.func @both
// CHECK-COUNT-1: math.exp
// CHECK-NOT:     math.exp
// CHECK:         return
func.func @both(%x: tensor<?x10xf32>, %t: tensor<?xi64>) -> (tensor<?xf32>, tensor<?x10xf32>) {
  %0 = mimo.cross_entropy %x, %t : tensor<?x10xf32>, tensor<?xi64>
  %1 = mimo.softmax %x along 1 : tensor<?x10xf32>
  return %0, %1 : tensor<?xf32>, tensor<?x10xf32>
}
