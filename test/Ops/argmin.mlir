// argmin: the smallest index among the elements that equal the minimum or are NaN.
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @rows(%x: tensor<?x4xf32>) -> tensor<?xi64> {
  %r = mimo.argmin %x over [1] keepdim false : tensor<?x4xf32>
  return %r : tensor<?xi64>
}
// CHECK-LABEL: func.func @rows(
// CHECK:         linalg.generic {{.*}}["parallel", "reduction"]
// CHECK:           arith.minimumf
// CHECK:         tensor.expand_shape
// CHECK:         linalg.generic {{.*}}["parallel", "parallel"]
// CHECK:           arith.cmpf oeq
// CHECK:           arith.cmpf une
// CHECK:           arith.ori
// CHECK:           linalg.index
// CHECK:           arith.select
// CHECK:         linalg.generic {{.*}}["parallel", "reduction"]
// CHECK:           arith.minsi
