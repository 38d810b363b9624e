// RUN: mimo-opt %s -split-input-file -verify-diagnostics

func.func @rule(%w: tensor<9x4xf32>, %g: tensor<9x4xf32>, %lr: tensor<f64>, %rng: tensor<3xi64>) {
  // expected-error@+1 {{update_rows: 'tanh' is no optimizer that can update a row alone}}
  %0 = mimo.update_rows "tanh" {} %w by %g state() lr %lr at %rng {ignored = array<i64>} : tensor<9x4xf32>, tensor<9x4xf32>, tensor<f64>, tensor<3xi64>
  return
}

// -----

func.func @gradient(%w: tensor<9x4xf32>, %g: tensor<9x3xf32>, %lr: tensor<f64>, %rng: tensor<3xi64>) {
  // expected-error@+1 {{update_rows: a parameter f32[9, 4] cannot be updated with f32[9, 3]}}
  %0 = mimo.update_rows "sgd" {} %w by %g state() lr %lr at %rng {ignored = array<i64>} : tensor<9x4xf32>, tensor<9x3xf32>, tensor<f64>, tensor<3xi64>
  return
}

// -----

func.func @values(%w: tensor<9x4xf32>, %i: tensor<?xi64>, %v: tensor<?x3xf32>, %lr: tensor<f64>, %rng: tensor<3xi64>) {
  // expected-error@+1 {{update_rows: f32[batch, 3] at i64[batch] are no rows of f32[9, 4]}}
  %0 = mimo.update_rows "sgd" {} %w at %i add %v but [-1] state() lr %lr at %rng : tensor<9x4xf32>, tensor<?xi64>, tensor<?x3xf32>, tensor<f64>, tensor<3xi64>
  return
}
