// f1: counts of what is predicted positive and of what is, for numbers and for one class against the rest.
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @numbers(%x: tensor<?x3xf32>, %t: tensor<?x3xi32>) -> tensor<?x3xf32> {
  %0 = mimo.f1 %x, %t {threshold = 0.5} : tensor<?x3xf32>, tensor<?x3xi32>
  return %0 : tensor<?x3xf32>
}
// CHECK-LABEL: func.func @numbers
// CHECK:         arith.constant dense<5.0{{.*}}e-01>
// CHECK:         arith.cmpf ogt
// CHECK:         arith.cmpi sgt
// CHECK:         arith.mulf

func.func @classes(%x: tensor<?x3xf64>, %t: tensor<?xi64>) -> tensor<?xf64> {
  %0 = mimo.f1 %x, %t {class_index = 2 : i64} : tensor<?x3xf64>, tensor<?xi64>
  return %0 : tensor<?xf64>
}
// CHECK-LABEL: func.func @classes
// CHECK:         arith.maximumf
// CHECK:         arith.cmpi eq
