// RUN: mimo-opt %s -split-input-file -verify-diagnostics

func.func @integers(%x: tensor<?x4xi64>, %w: tensor<1xi64>) {
  // expected-error@+1 {{prelu: takes a floating-point tensor, not i64[batch, 4]}}
  %0 = mimo.prelu %x, %w : tensor<?x4xi64>, tensor<1xi64>
  return
}

// -----

func.func @rank(%x: tensor<?x4xf32>, %w: tensor<1x4xf32>) {
  // expected-error@+1 {{prelu: weight f32[1, 4] does not fit f32[batch, 4]}}
  %0 = mimo.prelu %x, %w : tensor<?x4xf32>, tensor<1x4xf32>
  return
}

// -----

func.func @channels(%x: tensor<?x4xf32>, %w: tensor<3xf32>) {
  // expected-error@+1 {{prelu: there are 3 weights for the 4 channels (dimension 1) of f32[batch, 4]; give num_parameters = 1 or 4}}
  %0 = mimo.prelu %x, %w : tensor<?x4xf32>, tensor<3xf32>
  return
}
