// constant: a number, of rank 0; it broadcasts where it is used.
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @constants() -> (tensor<f32>, tensor<f64>, tensor<i64>, tensor<i1>) {
  %0 = mimo.constant 2.5 : f32
  %1 = mimo.constant 1.0e-300 : f64
  %2 = mimo.constant -7 : i64
  %3 = mimo.constant true
  return %0, %1, %2, %3 : tensor<f32>, tensor<f64>, tensor<i64>, tensor<i1>
}
// CHECK-LABEL: func.func @constants
// CHECK:         arith.constant dense<2.5{{.*}}> : tensor<f32>
// CHECK:         arith.constant dense<1.0{{.*}}e-300> : tensor<f64>
// CHECK:         arith.constant dense<-7> : tensor<i64>
// CHECK:         arith.constant dense<true> : tensor<i1>
