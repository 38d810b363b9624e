// smooth_l1: d^2 / (2 beta) for |d| < beta, else |d| - beta / 2, where d = x - t. Slopes d / beta and sign(d).
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @smooth_l1(%x: tensor<?x4xf32>, %t: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = mimo.smooth_l1 %x, %t {beta = 0.5} : tensor<?x4xf32>, tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}
// VJP-LABEL: func.func @smooth_l1(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4xf32>, %[[T:[^:]*]]: tensor<?x4xf32>, %[[G:[^:]*]]: tensor<?x4xf32>)
// VJP-NOT:     mimo.smooth_l1
// VJP:         %[[D:.*]] = mimo.sub %[[X]], %[[T]]
// VJP:         %[[A:.*]] = mimo.abs %[[D]]
// VJP:         %[[BETA:.*]] = mimo.constant 5.0{{.*}}e-01
// VJP:         %[[IN:.*]] = mimo.lt %[[A]], %[[BETA]]
// VJP:         %[[INNER:.*]] = mimo.div %[[D]], %[[BETA]]
// VJP:         %[[OUTER:.*]] = mimo.sign %[[D]]
// VJP:         %[[SLOPE:.*]] = mimo.select %[[IN]], %[[INNER]], %[[OUTER]]
// VJP:         %[[DX:.*]] = mimo.mul %[[G]], %[[SLOPE]]
// VJP:         %[[E:.*]] = mimo.sub %[[T]], %[[X]]
// VJP:         mimo.select
// VJP:         %[[DT:.*]] = mimo.mul %[[G]]
// VJP:         return %[[DX]], %[[DT]]

// CHECK-LABEL: func.func @smooth_l1
// CHECK:         ^bb0(%[[X:.*]]: f32, %[[T:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT:    %[[D:.*]] = arith.subf %[[X]], %[[T]]
// CHECK-NEXT:    %[[A:.*]] = math.absf %[[D]]
// CHECK:         %[[IN:.*]] = arith.cmpf olt, %[[A]], %{{.*}} : f32
// CHECK-NEXT:    %[[D2:.*]] = arith.mulf %[[D]], %[[D]]
// 1 / (2 beta) = 1.
// CHECK:         %[[SCALE:.*]] = arith.constant 1.0
// CHECK-NEXT:    %[[INNER:.*]] = arith.mulf %[[D2]], %[[SCALE]]
// CHECK-NEXT:    %[[HALF:.*]] = arith.constant 2.5{{.*}}e-01
// CHECK-NEXT:    %[[OUTER:.*]] = arith.subf %[[A]], %[[HALF]]
// CHECK-NEXT:    %[[Y:.*]] = arith.select %[[IN]], %[[INNER]], %[[OUTER]]
// CHECK-NEXT:    linalg.yield %[[Y]]
