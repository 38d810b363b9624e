// max_places: the other result of maxpool's pass, so that one copy is left of the two.
// RUN: mimo-opt %s --mimoc-mimo-to-linalg --cse | FileCheck %s

func.func @both(%x: tensor<?x3x6x6xf32>) -> (tensor<?x3x3x3xf32>, tensor<?x3x3x3xi32>) {
  %0 = mimo.maxpool %x kernel [2, 2] stride [2, 2] pad [0, 0] dilation [1, 1] ceil false : tensor<?x3x6x6xf32>
  %1 = mimo.max_places %x kernel [2, 2] stride [2, 2] pad [0, 0] dilation [1, 1] ceil false : tensor<?x3x6x6xf32>
  return %0, %1 : tensor<?x3x3x3xf32>, tensor<?x3x3x3xi32>
}
// CHECK-LABEL: func.func @both
// CHECK:         linalg.generic {{.*}} outs(%{{.*}}, %{{.*}} : tensor<?x3x3x3xf32>, tensor<?x3x3x3xi32>)
// CHECK-NOT:     linalg.generic
// CHECK:         return
