// kl_divergence: t log t - t x for log-probabilities x, 0 log 0 = 0; dx = -g t.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @kl_divergence(%x: tensor<?x4xf32>, %t: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = mimo.kl_divergence %x, %t {log_target = false} : tensor<?x4xf32>, tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}
// VJP-LABEL: func.func @kl_divergence(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4xf32>, %[[T:[^:]*]]: tensor<?x4xf32>, %[[G:[^:]*]]: tensor<?x4xf32>)
// VJP-NOT:     mimo.kl_divergence
// VJP:         %[[P:.*]] = mimo.mul %[[G]], %[[T]]
// VJP:         %[[DX:.*]] = mimo.neg %[[P]]
// VJP:         %[[L:.*]] = mimo.log %[[T]]
// VJP:         return %[[DX]],

// CHECK-LABEL: func.func @kl_divergence
// CHECK:         ^bb0(%[[X:.*]]: f32, %[[T:.*]]: f32, %{{.*}}: f32):
// CHECK:         arith.cmpf oeq, %[[T]]
// CHECK:         %[[L:.*]] = math.log %[[T]]
// CHECK:         %[[TL:.*]] = arith.mulf %[[T]], %[[L]]
// CHECK:         arith.select
// CHECK:         %[[TX:.*]] = arith.mulf %[[T]], %[[X]]
// CHECK:         arith.subf %{{.*}}, %[[TX]]
