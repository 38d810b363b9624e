// not of the result of a comparison.
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @not(%x: tensor<?x4xi1>) -> tensor<?x4xi1> {
  %0 = mimo.not %x : tensor<?x4xi1>
  return %0 : tensor<?x4xi1>
}
// CHECK-LABEL: func.func @not
// CHECK:         ^bb0(%[[X:.*]]: i1, %{{.*}}: i1):
// CHECK-NEXT:    %[[TRUE:.*]] = arith.constant true
// CHECK-NEXT:    %[[Z:.*]] = arith.xori %[[X]], %[[TRUE]] : i1
// CHECK-NEXT:    linalg.yield %[[Z]]
