// zeros: of the shape of `like`, which is asked for its batch only.
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @zeros(%like: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = mimo.zeros %like : tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}
// CHECK-LABEL: func.func @zeros
// CHECK:         %[[ZERO:.*]] = arith.constant 0.0{{.*}} : f32
// CHECK:         %[[BATCH:.*]] = tensor.dim %arg0
// CHECK:         %[[E:.*]] = tensor.empty(%[[BATCH]])
// CHECK:         linalg.fill ins(%[[ZERO]] : f32) outs(%[[E]] : tensor<?x4xf32>)
// CHECK-NOT:     ins(%arg0

func.func @whole(%like: tensor<4xi64>) -> tensor<4xi64> {
  %0 = mimo.zeros %like : tensor<4xi64>
  return %0 : tensor<4xi64>
}
// CHECK-LABEL: func.func @whole
// CHECK:         arith.constant 0 : i64
// CHECK:         linalg.fill
