// global_avgpool: the mean over all spatial dimensions.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @f(%x: tensor<?x3x5x2xf32>) -> tensor<?x3xf32> {
  %0 = mimo.global_avgpool %x : tensor<?x3x5x2xf32>
  return %0 : tensor<?x3xf32>
}
// VJP:         %[[N:.*]] = mimo.constant 1.000000e+01
// VJP:         %[[G:.*]] = mimo.div %{{.*}}, %[[N]]
// VJP:         mimo.broadcast_like %[[G]]
// CHECK-LABEL: func.func @f
// CHECK:         arith.addf
// CHECK:         arith.divf
