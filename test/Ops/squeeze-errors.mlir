// RUN: mimo-opt %s -split-input-file -verify-diagnostics

func.func @size(%x: tensor<?x4xf32>) {
  // expected-error@+1 {{squeeze: axis 1 of f32[batch, 4] has size 4, not 1}}
  %0 = mimo.squeeze %x without [1] : tensor<?x4xf32>
  return
}

// -----

func.func @batch(%x: tensor<?x4xf32>) {
  // expected-error@+1 {{squeeze: axis 0 of f32[batch, 4] is the batch}}
  %0 = mimo.squeeze %x without [0] : tensor<?x4xf32>
  return
}
