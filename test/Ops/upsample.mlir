// upsample: one dimension after the other, the last first; the gradient takes them back in the other order.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @f(%x: tensor<?x2x2x3xf32>) -> tensor<?x2x4x3xf32> {
  %0 = mimo.upsample %x to [4, 3] linear true corners false {step = array<f64: 0.5, 1.0>} : tensor<?x2x2x3xf32>
  return %0 : tensor<?x2x4x3xf32>
}
// VJP-LABEL: func.func @f(
// VJP-SAME:    %{{[^:]*}}: tensor<?x2x2x3xf32>, %[[G:[^:]*]]: tensor<?x2x4x3xf32>)
// VJP:         %[[ROWS:.*]] = mimo.resample %[[G]] along 2 count 3 taps [0, 1, 2, 1, 2, 3] {weights = array<f64: 1.000000e+00, 7.500000e-01, 2.500000e-01, 2.500000e-01, 7.500000e-01, 1.000000e+00>}
// VJP:         mimo.resample %[[ROWS]] along 3 count 1 taps [0, 1, 2]
// CHECK-LABEL: func.func @f
// CHECK-DAG:     arith.constant dense<{{\[\[}}0, -1], [0, 1], [0, 1], [1, -1]]> : tensor<4x2xi32>
// CHECK:         linalg.generic {{.*}} iterator_types = ["parallel", "parallel", "parallel", "reduction", "parallel"]
// CHECK:           tensor.extract
