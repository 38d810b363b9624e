// precision: sums of what is rightly predicted positive, of what is predicted so and of what is: of numbers, of one class, of each class.
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @numbers(%x: tensor<?x3xf32>, %t: tensor<?x3xi32>, %w: tensor<?x1xf32>) -> (tensor<f64>, tensor<f64>, tensor<f64>) {
  %0:3 = mimo.precision %x, %t counting %w : tensor<?x1xf32> average "binary" {threshold = 0.5} : tensor<?x3xf32>, tensor<?x3xi32>
  return %0#0, %0#1, %0#2 : tensor<f64>, tensor<f64>, tensor<f64>
}
// CHECK-LABEL: func.func @numbers
// CHECK:         arith.constant dense<5.0{{.*}}e-01>
// CHECK:         arith.cmpf ogt
// CHECK:         arith.cmpi sgt
// CHECK:         arith.extf
// CHECK:         arith.mulf

func.func @class(%x: tensor<?x3xf64>, %t: tensor<?xi64>) -> (tensor<f64>, tensor<f64>, tensor<f64>) {
  %0:3 = mimo.precision %x, %t average "binary" {class_index = 2 : i64} : tensor<?x3xf64>, tensor<?xi64>
  return %0#0, %0#1, %0#2 : tensor<f64>, tensor<f64>, tensor<f64>
}
// CHECK-LABEL: func.func @class
// CHECK:         arith.maximumf
// CHECK:         arith.cmpi eq

func.func @each(%x: tensor<?x3xf32>, %t: tensor<?xi64>) -> (tensor<3xf64>, tensor<3xf64>, tensor<3xf64>) {
  %0:3 = mimo.precision %x, %t average "macro" : tensor<?x3xf32>, tensor<?xi64>
  return %0#0, %0#1, %0#2 : tensor<3xf64>, tensor<3xf64>, tensor<3xf64>
}
// CHECK-LABEL: func.func @each
// CHECK:         return %{{.*}}, %{{.*}}, %{{.*}} : tensor<3xf64>, tensor<3xf64>, tensor<3xf64>
