// RUN: mimo-opt %s -split-input-file -verify-diagnostics

func.func @few(%x: tensor<?x4x3xf32>) {
  // expected-error@+1 {{permute: needs each axis of f32[batch, 4, 3] once, and 2 are given}}
  %0 = mimo.permute %x by [0, 1] : tensor<?x4x3xf32>
  return
}

// -----

func.func @batch(%x: tensor<?x4x3xf32>) {
  // expected-error@+1 {{permute: the batch of f32[batch, 4, 3] must stay the first dimension}}
  %0 = mimo.permute %x by [1, 0, 2] : tensor<?x4x3xf32>
  return
}
