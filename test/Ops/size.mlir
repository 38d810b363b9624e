// size: the number of elements along axes; a constant unless one is the batch.
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @known(%x: tensor<?x4x3xf32>) -> tensor<f32> {
  %0 = mimo.size %x along [1, 2] as f32 : tensor<?x4x3xf32>
  return %0 : tensor<f32>
}
// CHECK-LABEL: func.func @known
// CHECK-NEXT:    %[[N:.*]] = arith.constant 1.2{{.*}}e+01 : f32
// CHECK-NEXT:    tensor.from_elements %[[N]]

func.func @batch(%x: tensor<?x4x3xi64>) -> tensor<f64> {
  %0 = mimo.size %x along [0, 2] as f64 : tensor<?x4x3xi64>
  return %0 : tensor<f64>
}
// CHECK-LABEL: func.func @batch
// CHECK:         %[[ROWS:.*]] = tensor.dim %arg0
// CHECK:         %[[THREE:.*]] = arith.constant 3.0{{.*}} : f64
// CHECK:         %[[WHOLE:.*]] = arith.index_cast %[[ROWS]]
// CHECK:         %[[R:.*]] = arith.sitofp %[[WHOLE]] : i64 to f64
// CHECK:         arith.mulf %[[R]], %[[THREE]]

// Along no axis there is one.
func.func @none(%x: tensor<?x4xf32>) -> tensor<f32> {
  %0 = mimo.size %x along [] as f32 : tensor<?x4xf32>
  return %0 : tensor<f32>
}
// CHECK-LABEL: func.func @none
// CHECK-NEXT:    arith.constant 1.0
