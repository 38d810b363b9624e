// and of two results of comparisons, with broadcasting.
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

// CHECK: #[[COLUMN:.*]] = affine_map<(d0, d1) -> (d0, 0)>

func.func @and(%x: tensor<?x4xi1>, %y: tensor<?x1xi1>) -> tensor<?x4xi1> {
  %0 = mimo.and %x, %y : tensor<?x4xi1>, tensor<?x1xi1>
  return %0 : tensor<?x4xi1>
}
// CHECK-LABEL: func.func @and
// CHECK:         linalg.generic {indexing_maps = [#{{.*}}, #[[COLUMN]], #{{.*}}]
// CHECK:         ^bb0(%[[X:.*]]: i1, %[[Y:.*]]: i1, %{{.*}}: i1):
// CHECK-NEXT:    %[[Z:.*]] = arith.andi %[[X]], %[[Y]] : i1
// CHECK-NEXT:    linalg.yield %[[Z]]
