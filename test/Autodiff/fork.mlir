// A value with several uses: the cotangents of its uses are added once each, and an unneeded loss is not in the way.
// RUN: mimo-opt %s --mimoc-stage-grad | FileCheck %s

mimo.model @Fork attributes {prefix = "fork", precision = f32, seed = 0 : ui64} {
  %x = mimo.input "x" : tensor<?x4xf32>
  %w = mimo.param "w.weight" init "constant" (1.0, 0.0) : tensor<4x4xf32>
  %0 = mimo.linear %x, %w : tensor<?x4xf32>, tensor<4x4xf32>
  %1 = mimo.exp %0 : tensor<?x4xf32>
  %2 = mimo.sigmoid %0 : tensor<?x4xf32>
  %3 = mimo.neg %0 : tensor<?x4xf32>
  %s1 = mimo.sum %1 over [] keepdim false : tensor<?x4xf32>
  %s2 = mimo.sum %2 over [] keepdim false : tensor<?x4xf32>
  %s3 = mimo.sum %3 over [] keepdim false : tensor<?x4xf32>
  %one = mimo.constant 1.0 : f32
  mimo.loss "a" %s1 = %s1 over %one : tensor<f32>, tensor<f32>, tensor<f32>
  mimo.loss "b" %s2 = %s2 over %one : tensor<f32>, tensor<f32>, tensor<f32>
  mimo.loss "c" %s3 = %s3 over %one : tensor<f32>, tensor<f32>, tensor<f32>
  mimo.objective "a" 1.0 * %s1 : tensor<f32>
  mimo.objective "b" 2.0 * %s2 : tensor<f32>
}

// One loss alone: no other loss is computed.
// CHECK-LABEL: func.func @backward_a(
// CHECK:         mimo.exp
// CHECK-NOT:     mimo.sigmoid
// CHECK-NOT:     mimo.neg
// CHECK:         return

// CHECK-LABEL: func.func @backward(
// CHECK:         %[[Y:.*]] = mimo.linear
// Three uses, two of them differentiated: one addition.
// CHECK:         mimo.add
// CHECK-NOT:     mimo.add
// CHECK:         mimo.matmul %{{.*}}, %{{.*}} transpose true, false
// CHECK-NOT:     mimo.matmul
// CHECK:         return
// Without an optimizer there is no step.
// CHECK-NOT: func.func @step
