// RUN: mimo-opt %s -split-input-file -verify-diagnostics

func.func @values(%w: tensor<9x4xf32>, %i: tensor<?xi64>, %v: tensor<?x3xf32>) {
  // expected-error@+1 {{add_rows: f32[batch, 3] at i64[batch] are no slices of f32[9, 4]}}
  %0 = mimo.add_rows like %w at %i add %v along 0 but -1 : tensor<9x4xf32>, tensor<?xi64>, tensor<?x3xf32>
  return
}

// -----

func.func @index(%w: tensor<9x4xf32>, %i: tensor<?xf32>, %v: tensor<?x4xf32>) {
  // expected-error@+1 {{add_rows: an index is i32 or i64, not f32[batch]}}
  %0 = mimo.add_rows like %w at %i add %v along 0 but -1 : tensor<9x4xf32>, tensor<?xf32>, tensor<?x4xf32>
  return
}
