// dropout: 0 with probability p and x / (1 - p) otherwise. The backward pass draws the same mask again: same state, same site.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @dropout(%x: tensor<?x3x4xf32>, %rng: tensor<3xi64>) -> tensor<?x3x4xf32> {
  %0 = mimo.dropout %x, %rng {p = 0.25, site = 42 : i64} : tensor<?x3x4xf32>, tensor<3xi64>
  return %0 : tensor<?x3x4xf32>
}
// VJP-LABEL: func.func @dropout(
// VJP-SAME:    %{{[^:]*}}: tensor<?x3x4xf32>, %[[RNG:[^:]*]]: tensor<3xi64>, %[[G:[^:]*]]: tensor<?x3x4xf32>)
// VJP-NEXT:    %[[D:.*]] = mimo.dropout %[[G]], %[[RNG]] {p = 2.5{{.*}}e-01 : f64, site = 42 : i64}
// VJP-NEXT:    return %[[D]]

// CHECK-LABEL: func.func @dropout
// CHECK:         %[[ON:.*]] = arith.cmpi ne,
// A word below p 2^32 drops its element; with random ops off none is below, and the scale is 1.
// CHECK:         %[[P:.*]] = arith.constant 1073741824 : i64
// CHECK:         %[[THRESHOLD:.*]] = arith.select %[[ON]], %[[P]], %{{.*}} : i64
// CHECK:         %[[ONE:.*]] = arith.constant 1.0{{.*}} : f32
// CHECK:         %[[KEPT:.*]] = arith.constant 1.33333
// CHECK:         %[[SCALE:.*]] = arith.select %[[ON]], %[[KEPT]], %[[ONE]]
// CHECK:         linalg.generic {{.*}} ins(%arg0 :
// CHECK:         ^bb0(%[[X:.*]]: f32, %{{.*}}: f32):
// The counter: the row, and the column of the row's elements in row-major order.
// CHECK:           linalg.index 0
// CHECK:           linalg.index 1
// CHECK:           %[[FOUR:.*]] = arith.constant 4 : i64
// CHECK:           arith.muli %{{.*}}, %[[FOUR]] : i64
// CHECK:           linalg.index 2
// CHECK:           arith.constant 42 : i64
// Philox4x32-10: ten rounds of two products, by the constants of the paper.
// CHECK-COUNT-10:  arith.constant 3528531795 : i64
// CHECK-NOT:       arith.constant 3528531795 : i64
// CHECK:           %[[KEEP:.*]] = arith.cmpi sge, %{{.*}}, %[[THRESHOLD]] : i64
// CHECK-NEXT:      %[[S:.*]] = arith.mulf %[[X]], %[[SCALE]]
// CHECK:           arith.select %[[KEEP]], %[[S]], %{{.*}} : f32
