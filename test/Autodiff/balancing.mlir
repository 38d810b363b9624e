// Two heads of one trunk whose gradients are balanced: each loss is differentiated down to the trunk's output, the inner
// products give the weights, and the trunk is passed once, from the weighted sum. Heads get their gradients unweighted.
// RUN: mimo-opt %s --mimoc-stage-grad | FileCheck %s

mimo.model @Two attributes {prefix = "two", precision = f32, seed = 0 : ui64} {
  %x = mimo.input "x" : tensor<?x8xf32>
  %w = mimo.param "z.weight" init "uniform" (-0.1, 0.1) : tensor<4x8xf32>
  %wa = mimo.param "a.weight" init "uniform" (-0.1, 0.1) : tensor<1x4xf32>
  %wb = mimo.param "b.weight" init "uniform" (-0.1, 0.1) : tensor<1x4xf32>
  %z = mimo.matmul %x, %w transpose false, true : tensor<?x8xf32>, tensor<4x8xf32>
  %a = mimo.matmul %z, %wa transpose false, true : tensor<?x4xf32>, tensor<1x4xf32>
  %b = mimo.matmul %z, %wb transpose false, true : tensor<?x4xf32>, tensor<1x4xf32>
  %la = mimo.sum %a over [] keepdim false : tensor<?x1xf32>
  %lb = mimo.sum %b over [] keepdim false : tensor<?x1xf32>
  %one = mimo.constant 1.0 : f32
  mimo.loss "la" %la = %la over %one : tensor<f32>, tensor<f32>, tensor<f32>
  mimo.loss "lb" %lb = %lb over %one : tensor<f32>, tensor<f32>, tensor<f32>
  mimo.objective "la" 1.0 * %la : tensor<f32>
  mimo.objective "lb" 1.0 * %lb : tensor<f32>
  mimo.balance "mgda" of ["la", "lb"] {} at %z : tensor<?x4xf32> called ["z"]
}

// CHECK-LABEL: func.func @backward(
// CHECK-SAME:    %[[X:[^:]*]]: tensor<?x8xf32> {mimo.slot = "input:x"}
// CHECK:         %[[Z:.*]] = mimo.matmul %[[X]], %{{.*}} transpose false, true
// Loss a: the gradient of its head, and its cotangent of z.
// CHECK-DAG:     %[[DA:.*]] = mimo.matmul %[[GA:.*]], %{{.*}} transpose false, false : tensor<?x1xf32>, tensor<1x4xf32>
// CHECK-DAG:     mimo.matmul %[[GA]], %[[Z]] transpose true, false
// CHECK:         %[[DB:.*]] = mimo.matmul %{{.*}}, %{{.*}} transpose false, false : tensor<?x1xf32>, tensor<1x4xf32>
// CHECK:         mimo.cast %[[DA]] to f64
// CHECK:         mimo.cast %[[DB]] to f64
// CHECK:         %[[W:.*]]:2 = mimo.mgda
// CHECK:         %[[WA:.*]] = mimo.cast %[[W]]#0 to f32
// CHECK:         mimo.mul %[[WA]], %[[DA]]
// CHECK:         %[[SUM:.*]] = mimo.add
// The one product with the trunk's input:
// CHECK:         mimo.matmul %[[SUM]], %[[X]] transpose true, false
// CHECK-NOT:     mimo.matmul
// CHECK:         return
