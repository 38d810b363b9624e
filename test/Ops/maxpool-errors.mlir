// RUN: mimo-opt %s -split-input-file -verify-diagnostics

func.func @lists(%x: tensor<?x3x7x8xf32>) {
  // expected-error@+1 {{maxpool: needs a kernel, stride, padding and dilation for each of 2 spatial dimensions}}
  %0 = mimo.maxpool %x kernel [3] stride [2, 2] pad [1, 1] dilation [1, 1] ceil false : tensor<?x3x7x8xf32>
  return
}

// -----

func.func @stride(%x: tensor<?x3x7x8xf32>) {
  // expected-error@+1 {{maxpool: a kernel, stride or dilation below 1 or a padding below 0}}
  %0 = mimo.maxpool %x kernel [3, 3] stride [2, 0] pad [1, 1] dilation [1, 1] ceil false : tensor<?x3x7x8xf32>
  return
}
