// rmse: the sum of the squared differences and what they count, in double precision.
// RUN: mimo-opt %s --mimoc-mimo-to-linalg --canonicalize --cse | FileCheck %s

func.func @rmse(%x: tensor<?x4xf32>, %t: tensor<?x4xf32>, %w: tensor<?x1xf32>) -> (tensor<f64>, tensor<f64>) {
  %0:2 = mimo.rmse %x, %t counting %w : tensor<?x1xf32> : tensor<?x4xf32>, tensor<?x4xf32>
  return %0#0, %0#1 : tensor<f64>, tensor<f64>
}
// CHECK-LABEL: func.func @rmse
// CHECK:         arith.extf
// CHECK:         arith.subf %{{.*}} : f64
// CHECK:         return %{{.*}}, %{{.*}} : tensor<f64>, tensor<f64>
