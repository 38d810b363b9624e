// RUN: mimo-opt %s -split-input-file -verify-diagnostics

func.func @features(%x: tensor<?x5xf32>, %w: tensor<4x5x3xf32>) {
  // expected-error@+1 {{bilinear: inputs f32[batch, 5] and f32[batch, 5] do not fit weights f32[4, 5, 3]}}
  %0 = mimo.bilinear %x, %x, %w : tensor<?x5xf32>, tensor<?x5xf32>, tensor<4x5x3xf32>
  return
}

// -----

func.func @bias(%x: tensor<?x5xf32>, %w: tensor<4x5x5xf32>, %b: tensor<5xf32>) {
  // expected-error@+1 {{bilinear: bias f32[5] does not fit weights f32[4, 5, 5]}}
  %0 = mimo.bilinear %x, %x, %w, %b : tensor<?x5xf32>, tensor<?x5xf32>, tensor<4x5x5xf32>, tensor<5xf32>
  return
}
