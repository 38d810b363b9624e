// randn: sqrt(-2 log u) cos(2 pi v) with u and v from two words of one counter (Box and Muller); 0 with random ops off. Noise has
// no gradient with respect to what it is shaped like.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @randn(%like: tensor<?x3xf32>, %rng: tensor<3xi64>) -> tensor<?x3xf32> {
  %0 = mimo.randn %like, %rng {site = 12884901889 : i64} : tensor<?x3xf32>, tensor<3xi64>
  return %0 : tensor<?x3xf32>
}
// VJP-LABEL: func.func @randn(
// VJP-NEXT:    %[[D:.*]] = mimo.zeros %arg0
// VJP-NEXT:    return %[[D]]

// CHECK-LABEL: func.func @randn
// CHECK:         %[[ON:.*]] = arith.cmpi ne,
// CHECK:         linalg.generic
// The site fills two words: 3 2^32 + 1.
// CHECK:           arith.constant 1 : i64
// CHECK:           arith.constant 3 : i64
// CHECK-COUNT-10:  arith.constant 3528531795 : i64
// u in (0, 1]: half a step is added, so that log never meets 0.
// CHECK:           arith.sitofp
// CHECK:           %[[SHIFT:.*]] = arith.constant 5.0{{.*}}e-01 : f32
// CHECK:           arith.addf %{{.*}}, %[[SHIFT]]
// CHECK:           math.log
// CHECK:           arith.constant -2.0
// CHECK:           math.sqrt
// CHECK:           arith.constant 6.28318
// CHECK:           math.cos
// CHECK:           %[[Y:.*]] = arith.mulf
// CHECK:           %[[ZERO:.*]] = arith.constant 0.0
// CHECK:           arith.select %[[ON]], %[[Y]], %[[ZERO]]
