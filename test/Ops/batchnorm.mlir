// batchnorm: statistics of each channel over batch and space; the gradient from two sums, and elementwise the rest.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @f(%x: tensor<?x6x3x4xf32>, %m: tensor<6xf32>, %v: tensor<6xf32>, %w: tensor<6xf32>, %b: tensor<6xf32>) -> tensor<?x6x3x4xf32> {
  %0:3 = mimo.batchnorm %x running %m, %v weight %w bias %b eps 1.000000e-05 : tensor<?x6x3x4xf32>, tensor<6xf32>, tensor<6xf32>, tensor<6xf32>, tensor<6xf32>
  return %0#0 : tensor<?x6x3x4xf32>
}
// VJP-LABEL: func.func @f(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x6x3x4xf32>, %{{[^:]*}}: tensor<6xf32>, %{{[^:]*}}: tensor<6xf32>, %[[W:[^:]*]]: tensor<6xf32>, %{{[^:]*}}: tensor<6xf32>, %[[G:[^:]*]]: tensor<?x6x3x4xf32>)
// VJP:         %{{.*}}, %[[MEAN:.*]], %[[VARIANCE:.*]] = mimo.batchnorm
// VJP:         mimo.reshape %[[MEAN]] to [6, 1, 1]
// VJP:         mimo.sum %[[G]] over [0, 2, 3] keepdim false
// VJP:         mimo.sum %{{.*}} over [0, 2, 3] keepdim false
// VJP-NOT:     mimo.sum
// CHECK-LABEL: func.func @f
// CHECK:         linalg.generic {{.*}} iterator_types = ["reduction", "parallel", "reduction", "reduction"]} ins(%{{.*}} : tensor<?x6x3x4xf32>) outs(%{{.*}} : tensor<6xf32>)
// CHECK:         math.sqrt
