// first_out_of_range: the row-major index of the first value outside [0, bound), or -1. 2^62 stands for "none" inside the
// minimum.
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @matrix(%x: tensor<?x5xi64>) -> tensor<i64> {
  %0 = mimo.first_out_of_range %x < 10 : tensor<?x5xi64>
  return %0 : tensor<i64>
}
// CHECK-LABEL: func.func @matrix
// CHECK:         ^bb0(%[[X:.*]]: i64, %{{.*}}: i64):
// CHECK:           %[[BELOW:.*]] = arith.cmpi slt, %[[X]], %{{.*}} : i64
// CHECK:           %[[BOUND:.*]] = arith.constant 10 : i64
// CHECK:           %[[ABOVE:.*]] = arith.cmpi sge, %[[X]], %[[BOUND]] : i64
// CHECK:           %[[BAD:.*]] = arith.ori %[[BELOW]], %[[ABOVE]]
// CHECK:           %[[I:.*]] = linalg.index 0
// CHECK:           %[[WIDTH:.*]] = arith.constant 5
// CHECK:           %[[SKIPPED:.*]] = arith.muli %{{.*}}, %[[WIDTH]]
// CHECK:           %[[J:.*]] = linalg.index 1
// CHECK:           arith.addi %[[SKIPPED]], %[[J]]
// CHECK:           %[[NONE:.*]] = arith.constant 4611686018427387904 : i64
// CHECK:           arith.select %[[BAD]], %{{.*}}, %[[NONE]]
// CHECK:         linalg.generic {{.*}}["reduction", "reduction"]
// CHECK:           arith.minsi
// CHECK:           %[[ANY:.*]] = arith.cmpi sge, %{{.*}}, %{{.*}} : i64
// CHECK:           %[[MINUS:.*]] = arith.constant -1 : i64
// CHECK:           arith.select %[[ANY]], %[[MINUS]]

// What is not selected may hold anything.
func.func @masked(%x: tensor<?xi32>, %m: tensor<?xi1>) -> tensor<i64> {
  %0 = mimo.first_out_of_range %x where %m < 10 : tensor<?xi32>, tensor<?xi1>
  return %0 : tensor<i64>
}
// CHECK-LABEL: func.func @masked
// CHECK:         ^bb0(%{{.*}}: i32, %[[M:.*]]: i1, %{{.*}}: i64):
// CHECK:           %[[OUT:.*]] = arith.ori
// CHECK:           %[[BAD:.*]] = arith.andi %[[OUT]], %[[M]]
// CHECK:           arith.select %[[BAD]]

// A bound that no i32 reaches is no bound; it must not wrap round to a negative one.
func.func @wide_bound(%x: tensor<?xi32>) -> tensor<i64> {
  %0 = mimo.first_out_of_range %x < 3000000000 : tensor<?xi32>
  return %0 : tensor<i64>
}
// CHECK-LABEL: func.func @wide_bound
// CHECK:         ^bb0(%[[X:.*]]: i32, %{{.*}}: i64):
// CHECK:           %[[BAD:.*]] = arith.cmpi slt, %[[X]]
// CHECK-NOT:       arith.cmpi
// CHECK:           arith.select %[[BAD]]
