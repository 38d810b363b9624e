// r2: what counts, the targets, their squares and the squared residuals, summed for each output.
// RUN: mimo-opt %s --mimoc-mimo-to-linalg --canonicalize --cse | FileCheck %s

func.func @outputs(%x: tensor<?x4xf32>, %t: tensor<?x4xf32>) -> (tensor<4xf64>, tensor<4xf64>, tensor<4xf64>, tensor<4xf64>) {
  %0:4 = mimo.r2 %x, %t : tensor<?x4xf32>, tensor<?x4xf32>
  return %0#0, %0#1, %0#2, %0#3 : tensor<4xf64>, tensor<4xf64>, tensor<4xf64>, tensor<4xf64>
}
// CHECK-LABEL: func.func @outputs
// CHECK:         arith.extf
// CHECK:         arith.subf %{{.*}} : f64
// CHECK:         return {{.*}} : tensor<4xf64>, tensor<4xf64>, tensor<4xf64>, tensor<4xf64>

func.func @one(%x: tensor<?xf64>, %t: tensor<?xf64>) -> (tensor<f64>, tensor<f64>, tensor<f64>, tensor<f64>) {
  %0:4 = mimo.r2 %x, %t : tensor<?xf64>, tensor<?xf64>
  return %0#0, %0#1, %0#2, %0#3 : tensor<f64>, tensor<f64>, tensor<f64>, tensor<f64>
}
// CHECK-LABEL: func.func @one
// CHECK:         return {{.*}} : tensor<f64>, tensor<f64>, tensor<f64>, tensor<f64>
