// instancenorm: groupnorm with a group for each channel.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @f(%x: tensor<?x3x4xf32>) -> tensor<?x3x4xf32> {
  %0 = mimo.instancenorm %x eps 1.000000e-05 : tensor<?x3x4xf32>
  return %0 : tensor<?x3x4xf32>
}
// VJP-LABEL: func.func @f(
// VJP:         mimo.mean %{{.*}} over [2] keepdim true
// CHECK-LABEL: func.func @f
// CHECK:         linalg.generic {{.*}} iterator_types = ["parallel", "parallel", "reduction"]} ins(%{{.*}} : tensor<?x3x4xf32>) outs(%{{.*}} : tensor<?x3xf32>)
// CHECK:         math.sqrt
