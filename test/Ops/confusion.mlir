// confusion: a product of one-hot rows, of classes or of no and yes.
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @classes(%x: tensor<?x3xf32>, %t: tensor<?xi64>, %w: tensor<?xf32>) -> tensor<3x3xf64> {
  %0 = mimo.confusion %x, %t counting %w : tensor<?xf32> : tensor<?x3xf32>, tensor<?xi64>
  return %0 : tensor<3x3xf64>
}
// CHECK-LABEL: func.func @classes
// CHECK:         arith.maximumf
// CHECK:         return %{{.*}} : tensor<3x3xf64>

func.func @sequences(%x: tensor<?x5x3xf32>, %t: tensor<?x5xi32>) -> tensor<3x3xf64> {
  %0 = mimo.confusion %x, %t : tensor<?x5x3xf32>, tensor<?x5xi32>
  return %0 : tensor<3x3xf64>
}
// CHECK-LABEL: func.func @sequences
// CHECK:         return %{{.*}} : tensor<3x3xf64>

func.func @numbers(%x: tensor<?x3xf32>, %t: tensor<?x3xf32>) -> tensor<2x2xf64> {
  %0 = mimo.confusion %x, %t {threshold = 0.5} : tensor<?x3xf32>, tensor<?x3xf32>
  return %0 : tensor<2x2xf64>
}
// CHECK-LABEL: func.func @numbers
// CHECK:         arith.cmpf ogt
// CHECK:         return %{{.*}} : tensor<2x2xf64>
