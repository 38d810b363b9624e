// dropout2d: one factor a channel, which dropout draws; the backward pass draws the same again.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @f(%x: tensor<?x3x4x5xf32>, %rng: tensor<3xi64>) -> tensor<?x3x4x5xf32> {
  %0 = mimo.dropout2d %x, %rng {p = 0.25, site = 42 : i64} : tensor<?x3x4x5xf32>, tensor<3xi64>
  return %0 : tensor<?x3x4x5xf32>
}
// VJP-LABEL: func.func @f(
// VJP-SAME:    %{{[^:]*}}: tensor<?x3x4x5xf32>, %[[RNG:[^:]*]]: tensor<3xi64>, %[[G:[^:]*]]: tensor<?x3x4x5xf32>)
// VJP-NEXT:    %[[D:.*]] = mimo.dropout2d %[[G]], %[[RNG]] {p = 2.5{{.*}}e-01 : f64, site = 42 : i64}
// VJP-NEXT:    return %[[D]]

// CHECK-LABEL: func.func @f
// CHECK:         linalg.generic {{.*}} outs(%{{.*}} : tensor<?x3xf32>)
// CHECK-COUNT-10:  arith.constant 3528531795 : i64
// CHECK:         linalg.generic {{.*}} outs(%{{.*}} : tensor<?x3x4x5xf32>)
// CHECK-NOT:     3528531795
// CHECK:           arith.mulf
