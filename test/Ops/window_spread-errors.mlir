// RUN: mimo-opt %s -split-input-file -verify-diagnostics

func.func @size(%g: tensor<?x3x4xf32>) {
  // expected-error@+1 {{window_spread: no windows of f32[batch, 3, 11] make f32[batch, 3, 4]}}
  %0 = mimo.window_spread %g kernel [2] stride [2] pad [0] dilation [1] to [11] : tensor<?x3x4xf32>
  return
}
