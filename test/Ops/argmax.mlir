// argmax: the smallest index among the elements that equal the maximum or are NaN.
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @rows(%x: tensor<?x4xf32>) -> tensor<?xi64> {
  %r = mimo.argmax %x over [1] keepdim false : tensor<?x4xf32>
  return %r : tensor<?xi64>
}
// CHECK-LABEL: func.func @rows(
// CHECK:         linalg.generic {{.*}}["parallel", "reduction"]
// CHECK:           arith.maximumf
// CHECK:         tensor.expand_shape
// CHECK:         linalg.generic {{.*}}["parallel", "parallel"]
// CHECK:           arith.cmpf oeq
// CHECK:           arith.cmpf une
// CHECK:           arith.ori
// CHECK:           linalg.index
// CHECK:           arith.select
// CHECK:         linalg.generic {{.*}}["parallel", "reduction"]
// CHECK:           arith.minsi

func.func @sample(%x: tensor<?x4x3xf32>) -> tensor<?x1x1xi64> {
  %r = mimo.argmax %x over [1, 2] keepdim true : tensor<?x4x3xf32>
  return %r : tensor<?x1x1xi64>
}
// CHECK-LABEL: func.func @sample(
// CHECK:         linalg.generic {{.*}}["parallel", "reduction", "reduction"]
// CHECK:           arith.maximumf
// CHECK:         tensor.expand_shape
// CHECK:         linalg.generic {{.*}}["parallel", "parallel", "parallel"]
// CHECK:           arith.cmpf oeq
// CHECK:           arith.cmpf une
// CHECK:           arith.ori
// CHECK:           linalg.index
// CHECK:           linalg.index
// CHECK:           arith.muli
// CHECK:           arith.addi
// CHECK:           arith.select
// CHECK:         linalg.generic {{.*}}["parallel", "reduction", "reduction"]
// CHECK:           arith.minsi
// CHECK:         tensor.expand_shape

func.func @whole(%x: tensor<?x4xi32>) -> tensor<i64> {
  %r = mimo.argmax %x over [] keepdim false : tensor<?x4xi32>
  return %r : tensor<i64>
}
// CHECK-LABEL: func.func @whole(
// CHECK:         linalg.generic {{.*}}["reduction", "reduction"]
// CHECK:           arith.maxsi
// CHECK:         tensor.expand_shape
// CHECK:         linalg.generic {{.*}}["parallel", "parallel"]
// CHECK:           arith.cmpi eq
// CHECK:           linalg.index
// CHECK:           linalg.index
// CHECK:           arith.muli
// CHECK:           arith.addi
// CHECK:           arith.select
// CHECK:         linalg.generic {{.*}}["reduction", "reduction"]
// CHECK:           arith.minsi
