// l1: |x - t|, dx = g sign(x - t), dt = -dx; 0 where they are equal.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @l1(%x: tensor<?x4xf32>, %t: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = mimo.l1 %x, %t : tensor<?x4xf32>, tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}
// VJP-LABEL: func.func @l1(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4xf32>, %[[T:[^:]*]]: tensor<?x4xf32>, %[[G:[^:]*]]: tensor<?x4xf32>)
// VJP-NOT:     mimo.l1
// VJP:         %[[XT:.*]] = mimo.sub %[[X]], %[[T]]
// VJP:         %[[S:.*]] = mimo.sign %[[XT]]
// VJP:         %[[DX:.*]] = mimo.mul %[[G]], %[[S]]
// VJP:         %[[TX:.*]] = mimo.sub %[[T]], %[[X]]
// VJP:         %[[U:.*]] = mimo.sign %[[TX]]
// VJP:         %[[DT:.*]] = mimo.mul %[[G]], %[[U]]
// VJP:         return %[[DX]], %[[DT]]

// CHECK-LABEL: func.func @l1
// CHECK:         ^bb0(%[[X:.*]]: f32, %[[T:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT:    %[[A:.*]] = arith.subf %[[X]], %[[T]]
// CHECK-NEXT:    %[[Y:.*]] = math.absf %[[A]]
// CHECK-NEXT:    linalg.yield %[[Y]]
