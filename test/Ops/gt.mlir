// gt: false where an operand is NaN. No gradient comes through a comparison.
// RUN: mimo-opt %s --mimoc-vjp --canonicalize --cse | FileCheck %s --check-prefix=VJP
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @numbers(%x: tensor<?x4xf32>, %y: tensor<f32>) -> tensor<?x4xi1> {
  %0 = mimo.gt %x, %y : tensor<?x4xf32>, tensor<f32>
  return %0 : tensor<?x4xi1>
}
// CHECK-LABEL: func.func @numbers
// CHECK:         ^bb0(%[[X:.*]]: f32, %[[Y:.*]]: f32, %{{.*}}: i1):
// CHECK-NEXT:    %[[Z:.*]] = arith.cmpf ogt, %[[X]], %[[Y]] : f32
// CHECK-NEXT:    linalg.yield %[[Z]] : i1

func.func @labels(%x: tensor<?xi32>, %y: tensor<?xi32>) -> tensor<?xi1> {
  %0 = mimo.gt %x, %y : tensor<?xi32>, tensor<?xi32>
  return %0 : tensor<?xi1>
}
// CHECK-LABEL: func.func @labels
// CHECK:         arith.cmpi sgt, %{{.*}} : i32

func.func @through(%x: tensor<?x4xf32>, %y: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = mimo.gt %x, %y : tensor<?x4xf32>, tensor<?x4xf32>
  %1 = mimo.cast %0 to f32 : tensor<?x4xi1>
  return %1 : tensor<?x4xf32>
}
// VJP-LABEL: func.func @through(
// VJP-NOT:     mimo.gt
// VJP:         %[[DX:.*]] = mimo.zeros %arg0
// VJP:         %[[DY:.*]] = mimo.zeros %arg1
// VJP:         return %[[DX]], %[[DY]]
