// RUN: mimo-opt %s -verify-diagnostics

func.func @size(%x: tensor<?x3x9x9xf32>, %g: tensor<?x8x5x5xf32>) {
  // expected-error@+1 {{conv_weight: no convolution makes f32[batch, 8, 5, 5] of f32[batch, 3, 9, 9]}}
  %0 = mimo.conv_weight %x, %g stride [1, 1] pad [1, 1] [1, 1] dilation [1, 1] groups 1 kernel [3, 3] : tensor<?x3x9x9xf32>, tensor<?x8x5x5xf32>
  return
}
