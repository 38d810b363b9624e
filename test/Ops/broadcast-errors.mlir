// RUN: mimo-opt %s -split-input-file -verify-diagnostics

func.func @size(%x: tensor<?x4xf32>) {
  // expected-error@+1 {{broadcast: f32[batch, 4] cannot be repeated to f32[batch, 8]}}
  %0 = mimo.broadcast %x to [-1, 8] : tensor<?x4xf32>
  return
}

// -----

func.func @batch(%x: tensor<4xf32>) {
  // expected-error@+1 {{broadcast: to f32[batch, 4] needs a value that has the batch}}
  %0 = mimo.broadcast %x to [-1, 4] : tensor<4xf32>
  return
}
