// RUN: mimo-opt %s -split-input-file -verify-diagnostics

func.func @axis(%x: tensor<?x4x3xf32>) {
  // expected-error@+1 {{transpose: axis 3 does not exist in f32[batch, 4, 3]}}
  %0 = mimo.transpose %x axes 1, 3 : tensor<?x4x3xf32>
  return
}

// -----

func.func @batch(%x: tensor<?x4x3xf32>) {
  // expected-error@+1 {{transpose: the batch of f32[batch, 4, 3] must stay the first dimension}}
  %0 = mimo.transpose %x axes 0, 1 : tensor<?x4x3xf32>
  return
}
