// groupnorm: each group is one row of its elements; weight and bias belong to channels.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @f(%x: tensor<?x6x3x4xf32>, %w: tensor<6xf32>, %b: tensor<6xf32>) -> tensor<?x6x3x4xf32> {
  %0 = mimo.groupnorm %x weight %w bias %b groups 2 eps 1.000000e-05 : tensor<?x6x3x4xf32>, tensor<6xf32>, tensor<6xf32>
  return %0 : tensor<?x6x3x4xf32>
}
// VJP-LABEL: func.func @f(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x6x3x4xf32>, %[[W:[^:]*]]: tensor<6xf32>, %{{[^:]*}}: tensor<6xf32>, %[[G:[^:]*]]: tensor<?x6x3x4xf32>)
// VJP:         mimo.reshape %[[X]] to [-1, 2, 36]
// VJP:         mimo.reshape %[[W]] to [6, 1, 1]
// VJP:         mimo.sum %{{.*}} over [0, 2, 3] keepdim false
// VJP:         mimo.sum %[[G]] over [0, 2, 3] keepdim false
// CHECK-LABEL: func.func @f
// CHECK:         linalg.generic {{.*}} iterator_types = ["parallel", "parallel", "reduction"]} ins(%{{.*}} : tensor<?x2x36xf32>) outs(%{{.*}} : tensor<?x2xf32>)
// CHECK:         math.sqrt
