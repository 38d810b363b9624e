// RUN: mimo-opt %s -split-input-file -verify-diagnostics

func.func @geometry(%x: tensor<?x3x9x9xf32>, %w: tensor<8x3x3x3xf32>) {
  // expected-error@+1 {{conv2d: needs a stride, paddings and a dilation for each of 2 spatial dimensions}}
  %0 = mimo.conv2d %x, %w stride [2] pad [1, 1] [1, 1] dilation [1, 1] groups 1 : tensor<?x3x9x9xf32>, tensor<8x3x3x3xf32>
  return
}

// -----

func.func @stride(%x: tensor<?x3x9x9xf32>, %w: tensor<8x3x3x3xf32>) {
  // expected-error@+1 {{conv2d: a stride or dilation below 1 or a padding below 0}}
  %0 = mimo.conv2d %x, %w stride [0, 1] pad [1, 1] [1, 1] dilation [1, 1] groups 1 : tensor<?x3x9x9xf32>, tensor<8x3x3x3xf32>
  return
}

// -----

func.func @groups(%x: tensor<?x3x9x9xf32>, %w: tensor<8x3x3x3xf32>) {
  // expected-error@+1 {{conv2d: 0 groups; there must be at least 1}}
  %0 = mimo.conv2d %x, %w stride [1, 1] pad [1, 1] [1, 1] dilation [1, 1] groups 0 : tensor<?x3x9x9xf32>, tensor<8x3x3x3xf32>
  return
}

// -----

func.func @channels(%x: tensor<?x3x9x9xf32>, %w: tensor<8x4x3x3xf32>) {
  // expected-error@+1 {{conv2d: input f32[batch, 3, 9, 9] does not fit weights f32[8, 4, 3, 3] in 1 group}}
  %0 = mimo.conv2d %x, %w stride [1, 1] pad [1, 1] [1, 1] dilation [1, 1] groups 1 : tensor<?x3x9x9xf32>, tensor<8x4x3x3xf32>
  return
}

// -----

func.func @bias(%x: tensor<?x3x9x9xf32>, %w: tensor<8x3x3x3xf32>, %b: tensor<3xf32>) {
  // expected-error@+1 {{conv2d: bias f32[3] does not fit 8 channels of f32}}
  %0 = mimo.conv2d %x, %w, %b stride [1, 1] pad [1, 1] [1, 1] dilation [1, 1] groups 1 : tensor<?x3x9x9xf32>, tensor<8x3x3x3xf32>, tensor<3xf32>
  return
}
