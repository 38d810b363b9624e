// isnan: the only number that differs from itself.
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @isnan(%x: tensor<?x4xf64>) -> tensor<?x4xi1> {
  %0 = mimo.isnan %x : tensor<?x4xf64>
  return %0 : tensor<?x4xi1>
}
// CHECK-LABEL: func.func @isnan
// CHECK:         ^bb0(%[[X:.*]]: f64, %{{.*}}: i1):
// CHECK-NEXT:    %[[Z:.*]] = arith.cmpf une, %[[X]], %[[X]] : f64
// CHECK-NEXT:    linalg.yield %[[Z]] : i1
