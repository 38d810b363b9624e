// float: whole numbers and conditions as floating-point numbers.
// RUN: mimo-opt %s --mimoc-mimo-to-linalg | FileCheck %s

func.func @numbers(%x: tensor<?x4xi64>) -> tensor<?x4xf32> {
  %0 = mimo.float %x as f32 : tensor<?x4xi64>
  return %0 : tensor<?x4xf32>
}
// CHECK-LABEL: func.func @numbers
// CHECK:         ^bb0(%[[X:.*]]: i64, %{{.*}}: f32):
// CHECK-NEXT:    %[[V0:.*]] = arith.sitofp %[[X]] : i64 to f32
// CHECK-NEXT:    linalg.yield %[[V0]]

func.func @conditions(%x: tensor<i1>) -> tensor<f64> {
  %0 = mimo.float %x as f64 : tensor<i1>
  return %0 : tensor<f64>
}
// CHECK-LABEL: func.func @conditions
// CHECK:         %[[V0:.*]] = arith.uitofp %{{.*}} : i1 to f64
