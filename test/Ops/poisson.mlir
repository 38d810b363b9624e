// poisson: e^x - t x, and log t! where it is asked for and t > 1; dx = g (e^x - t).
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @poisson(%x: tensor<?x4xf32>, %t: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = mimo.poisson %x, %t {log_input = true, full = true, eps = 1.0e-8} : tensor<?x4xf32>, tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}
// VJP-LABEL: func.func @poisson(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4xf32>, %[[T:[^:]*]]: tensor<?x4xf32>, %[[G:[^:]*]]: tensor<?x4xf32>)
// VJP-NOT:     mimo.poisson
// VJP:         %[[E:.*]] = mimo.exp %[[X]]
// VJP:         %[[D:.*]] = mimo.sub %[[E]], %[[T]]
// VJP:         %[[DX:.*]] = mimo.mul %[[G]], %[[D]]
// VJP:         return %[[DX]],

// CHECK-LABEL: func.func @poisson
// CHECK:         ^bb0(%[[X:.*]]: f32, %[[T:.*]]: f32, %{{.*}}: f32):
// CHECK:         %[[E:.*]] = math.exp %[[X]]
// CHECK:         %[[TX:.*]] = arith.mulf %[[T]], %[[X]]
// CHECK:         %[[V:.*]] = arith.subf %[[E]], %[[TX]]
// CHECK:         math.log %[[T]]
// CHECK:         %[[SMALL:.*]] = arith.cmpf ole, %[[T]]
// CHECK:         %[[S:.*]] = arith.select %[[SMALL]]
// CHECK:         arith.addf %[[V]], %[[S]]
