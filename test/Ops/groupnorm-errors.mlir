// RUN: mimo-opt %s -split-input-file -verify-diagnostics

func.func @weight(%x: tensor<?x6x3xf32>, %w: tensor<3xf32>) {
  // expected-error@+1 {{groupnorm: weight f32[3] does not fit the channels of f32[batch, 6, 3]}}
  %0 = mimo.groupnorm %x weight %w groups 2 eps 1.000000e-05 : tensor<?x6x3xf32>, tensor<3xf32>
  return
}

// -----

func.func @groups(%x: tensor<?x6x3xf32>) {
  // expected-error@+1 {{groupnorm: 4 groups do not divide the 6 channels of f32[batch, 6, 3]}}
  %0 = mimo.groupnorm %x groups 4 eps 1.000000e-05 : tensor<?x6x3xf32>
  return
}
