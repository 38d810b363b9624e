// RUN: mimo-opt %s -split-input-file -verify-diagnostics

func.func @size(%g: tensor<?x8x5x5xf32>, %w: tensor<8x3x3x3xf32>) {
  // expected-error@+1 {{conv_input: no convolution with weights f32[8, 3, 3, 3] makes f32[batch, 8, 5, 5] of f32[batch, 3, 5, 9]}}
  %0 = mimo.conv_input %g, %w stride [2, 2] pad [1, 1] [1, 1] dilation [1, 1] groups 1 to [5, 9] : tensor<?x8x5x5xf32>, tensor<8x3x3x3xf32>
  return
}

// -----

func.func @channels(%g: tensor<?x4x5x5xf32>, %w: tensor<8x3x3x3xf32>) {
  // expected-error@+1 {{conv_input: input f32[batch, 4, 5, 5] does not fit weights f32[8, 3, 3, 3]}}
  %0 = mimo.conv_input %g, %w stride [2, 2] pad [1, 1] [1, 1] dilation [1, 1] groups 1 to [9, 9] : tensor<?x4x5x5xf32>, tensor<8x3x3x3xf32>
  return
}
