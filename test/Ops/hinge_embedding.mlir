// hinge_embedding: x where t = 1, max(0, margin - x) where t = -1.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @hinge_embedding(%x: tensor<?x4xf32>, %t: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = mimo.hinge_embedding %x, %t {margin = 0.5} : tensor<?x4xf32>, tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}
// VJP-LABEL: func.func @hinge_embedding(
// VJP-SAME:    %[[X:[^:]*]]: tensor<?x4xf32>, %[[T:[^:]*]]: tensor<?x4xf32>, %[[G:[^:]*]]: tensor<?x4xf32>)
// VJP-NOT:     mimo.hinge_embedding
// VJP:         mimo.eq %[[T]]
// VJP:         mimo.eq %[[T]]
// VJP:         mimo.le %[[X]]
// VJP:         mimo.select
// VJP:         %[[SLOPE:.*]] = mimo.add
// VJP:         mimo.mul %[[G]], %[[SLOPE]]

// CHECK-LABEL: func.func @hinge_embedding
// CHECK:         ^bb0(%[[X:.*]]: f32, %[[T:.*]]: f32, %{{.*}}: f32):
// CHECK:         arith.cmpf oeq, %[[T]]
// CHECK:         arith.subf %{{.*}}, %[[X]]
// CHECK:         arith.maximumf
// CHECK:         arith.cmpf oeq, %[[T]]
// CHECK:         arith.addf
