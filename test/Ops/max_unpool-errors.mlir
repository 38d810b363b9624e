// RUN: mimo-opt %s -split-input-file -verify-diagnostics

func.func @places(%g: tensor<?x3x4x4xf32>, %p: tensor<?x3x4x3xi32>) {
  // expected-error@+1 {{max_unpool: places i32[batch, 3, 4, 3] do not fit f32[batch, 3, 4, 4]}}
  %0 = mimo.max_unpool %g at %p kernel [3, 3] stride [2, 2] pad [1, 1] dilation [1, 1] to [7, 8] : tensor<?x3x4x4xf32>, tensor<?x3x4x3xi32>
  return
}

// -----

func.func @size(%g: tensor<?x3x4x4xf32>, %p: tensor<?x3x4x4xi32>) {
  // expected-error@+1 {{max_unpool: no windows of f32[batch, 3, 9, 8] make f32[batch, 3, 4, 4]}}
  %0 = mimo.max_unpool %g at %p kernel [3, 3] stride [2, 2] pad [1, 1] dilation [1, 1] to [9, 8] : tensor<?x3x4x4xf32>, tensor<?x3x4x4xi32>
  return
}
