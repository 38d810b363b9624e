// isinf: +inf and -inf.
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @isinf(%x: tensor<?x4xf32>) -> tensor<?x4xi1> {
  %0 = mimo.isinf %x : tensor<?x4xf32>
  return %0 : tensor<?x4xi1>
}
// CHECK-LABEL: func.func @isinf
// CHECK:         ^bb0(%[[X:.*]]: f32, %{{.*}}: i1):
// CHECK-NEXT:    %[[V0:.*]] = math.absf %[[X]]
// CHECK-NEXT:    %[[V1:.*]] = arith.constant 0x7F800000
// CHECK-NEXT:    %[[V2:.*]] = arith.cmpf oeq, %[[V0]], %[[V1]]
// CHECK-NEXT:    linalg.yield %[[V2]]
