// A sparse table that a lookup reads and an op without rows (gather) reads, too: what the lookup adds stands on a whole gradient, so the update looks
// for its rows there. With lookups alone it looks at their rows only.
// RUN: mimo-opt %s -split-input-file --mimoc-stage-grad | FileCheck %s

mimo.model @Both attributes {prefix = "both", precision = f32, seed = 0 : ui64} {
  %i = mimo.input "i" : tensor<?xi64>
  %j = mimo.input "j" : tensor<2x4xi64>
  %y = mimo.target "y" : tensor<?x4xf32>
  %w = mimo.param "e.weight" init "constant" (0.0, 0.0) {sparse_rows} : tensor<9x4xf32>
  %rng = mimo.rng : tensor<3xi64>
  %rows = mimo.embedding %i in %w padding -1 : tensor<?xi64>, tensor<9x4xf32>
  %picked = mimo.gather %w at %j along 0 : tensor<9x4xf32>, tensor<2x4xi64>
  %shift = mimo.sum %picked over [0] keepdim true : tensor<2x4xf32>
  %0 = mimo.add %rows, %shift : tensor<?x4xf32>, tensor<1x4xf32>
  mimo.head "h" "head" %0 : tensor<?x4xf32>
  %1 = mimo.mse %0, %y : tensor<?x4xf32>, tensor<?x4xf32>
  %2 = mimo.sum %1 over [] keepdim false : tensor<?x4xf32>
  %3 = mimo.size %1 along [0] as f32 : tensor<?x4xf32>
  %4 = mimo.div %2, %3 : tensor<f32>, tensor<f32>
  mimo.loss "l" %4 = %2 over %3 : tensor<f32>, tensor<f32>, tensor<f32>
  mimo.objective "l" 1.0 * %4 : tensor<f32>
  mimo.optimizer "sgd" lr 0.1 {momentum = 0.0, dampening = 0.0, weight_decay = 0.0, nesterov = false}
}
// CHECK-LABEL: func.func @step(
// CHECK:         %[[PICKED:.*]] = mimo.scatter_add
// CHECK:         %[[WHOLE:.*]] = mimo.add_rows %[[PICKED]] at
// CHECK:         mimo.update_rows "sgd" {{.*}} by %[[WHOLE]] state()

// -----

mimo.model @Lookups attributes {prefix = "lookups", precision = f32, seed = 0 : ui64} {
  %i = mimo.input "i" : tensor<?xi64>
  %y = mimo.target "y" : tensor<?x4xf32>
  %w = mimo.param "e.weight" init "constant" (0.0, 0.0) {sparse_rows} : tensor<9x4xf32>
  %rng = mimo.rng : tensor<3xi64>
  %0 = mimo.embedding %i in %w padding -1 : tensor<?xi64>, tensor<9x4xf32>
  mimo.head "h" "head" %0 : tensor<?x4xf32>
  %1 = mimo.mse %0, %y : tensor<?x4xf32>, tensor<?x4xf32>
  %2 = mimo.sum %1 over [] keepdim false : tensor<?x4xf32>
  %3 = mimo.size %1 along [0] as f32 : tensor<?x4xf32>
  %4 = mimo.div %2, %3 : tensor<f32>, tensor<f32>
  mimo.loss "l" %4 = %2 over %3 : tensor<f32>, tensor<f32>, tensor<f32>
  mimo.objective "l" 1.0 * %4 : tensor<f32>
  mimo.optimizer "sgd" lr 0.1 {momentum = 0.0, dampening = 0.0, weight_decay = 0.0, nesterov = false}
}
// CHECK-LABEL: func.func @step(
// CHECK:         mimo.update_rows "sgd" {{.*}} at %{{.*}} add
