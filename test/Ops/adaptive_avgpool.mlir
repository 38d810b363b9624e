// adaptive_avgpool: along each dimension a product with a matrix of means, and back with its transpose.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @f(%x: tensor<?x3x5xf32>) -> tensor<?x3x2xf32> {
  %0 = mimo.adaptive_avgpool %x to [2] : tensor<?x3x5xf32>
  return %0 : tensor<?x3x2xf32>
}
// VJP:         mimo.einsum "bco,ol->bcl"
// CHECK:       dense<[0.333333343, 0.333333343, 0.333333343, 0.000000e+00, 0.000000e+00, 0.000000e+00, 0.000000e+00, 0.333333343, 0.333333343, 0.333333343]>
// CHECK:       math.fma
