// max_unpool: one place of all windows after the other, so that no two of a pass write one element.
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @f(%g: tensor<?x3x4x4xf32>, %p: tensor<?x3x4x4xi32>) -> tensor<?x3x7x8xf32> {
  %0 = mimo.max_unpool %g at %p kernel [3, 3] stride [2, 2] pad [1, 1] dilation [1, 1] to [7, 8] : tensor<?x3x4x4xf32>, tensor<?x3x4x4xi32>
  return %0 : tensor<?x3x7x8xf32>
}
// CHECK-LABEL: func.func @f
// CHECK:         scf.for
// CHECK:           scf.for
// CHECK:             tensor.extract_slice %{{.*}}[0, 0, %{{.*}}, %{{.*}}] [%{{.*}}, 3, 4, 4] [1, 1, 2, 2]
// CHECK:             linalg.generic {{.*}} iterator_types = ["parallel", "parallel", "parallel", "parallel"]
// CHECK:               arith.cmpi eq
// CHECK:             tensor.insert_slice
// CHECK:         tensor.extract_slice %{{.*}}[0, 0, 1, 1] [%{{.*}}, 3, 7, 8] [1, 1, 1, 1]
