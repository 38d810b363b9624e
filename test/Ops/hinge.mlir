// hinge: max(0, margin - t x); dx = -g t where it is positive.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @hinge(%x: tensor<?x4xf32>, %t: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = mimo.hinge %x, %t {margin = 1.0} : tensor<?x4xf32>, tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}
// VJP-LABEL: func.func @hinge(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4xf32>, %[[T:[^:]*]]: tensor<?x4xf32>, %[[G:[^:]*]]: tensor<?x4xf32>)
// VJP-NOT:     mimo.hinge
// VJP:         %[[TX:.*]] = mimo.mul %[[T]], %[[X]]
// VJP:         %[[SHORT:.*]] = mimo.lt %[[TX]]
// VJP:         %[[P:.*]] = mimo.mul %[[G]], %[[T]]
// VJP:         %[[N:.*]] = mimo.neg %[[P]]
// VJP:         %[[DX:.*]] = mimo.select %[[SHORT]], %[[N]]
// VJP:         return %[[DX]],

// CHECK-LABEL: func.func @hinge
// CHECK:         ^bb0(%[[X:.*]]: f32, %[[T:.*]]: f32, %{{.*}}: f32):
// CHECK:         %[[TX:.*]] = arith.mulf %[[T]], %[[X]]
// CHECK:         %[[M:.*]] = arith.subf %{{.*}}, %[[TX]]
// CHECK:         arith.maximumf %[[M]]
