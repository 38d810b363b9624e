// huber: d^2 / 2 for |d| < delta, else delta (|d| - delta / 2), where d = x - t. Slopes d and delta sign(d).
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @huber(%x: tensor<?x4xf32>, %t: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = mimo.huber %x, %t {delta = 0.5} : tensor<?x4xf32>, tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}
// VJP-LABEL: func.func @huber(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4xf32>, %[[T:[^:]*]]: tensor<?x4xf32>, %[[G:[^:]*]]: tensor<?x4xf32>)
// VJP-NOT:     mimo.huber
// VJP:         %[[D:.*]] = mimo.sub %[[X]], %[[T]]
// VJP:         %[[A:.*]] = mimo.abs %[[D]]
// VJP:         %[[IN:.*]] = mimo.lt %[[A]]
// VJP:         %[[SIGN:.*]] = mimo.sign %[[D]]
// VJP:         %[[OUTER:.*]] = mimo.mul %[[SIGN]]
// VJP:         %[[SLOPE:.*]] = mimo.select %[[IN]], %[[D]], %[[OUTER]]
// VJP:         %[[DX:.*]] = mimo.mul %[[G]], %[[SLOPE]]
// VJP:         return %[[DX]],

// CHECK-LABEL: func.func @huber
// CHECK:         ^bb0(%[[X:.*]]: f32, %[[T:.*]]: f32, %{{.*}}: f32):
// CHECK:         %[[D:.*]] = arith.subf %[[X]], %[[T]]
// CHECK:         %[[A:.*]] = math.absf %[[D]]
// CHECK:         %[[IN:.*]] = arith.cmpf olt, %[[A]]
// CHECK:         %[[D2:.*]] = arith.mulf %[[D]], %[[D]]
// CHECK:         arith.select %[[IN]]
