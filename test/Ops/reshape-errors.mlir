// RUN: mimo-opt %s -split-input-file -verify-diagnostics

func.func @elements(%x: tensor<?x8xf32>) {
  // expected-error@+1 {{reshape: f32[batch, 8] and f32[batch, 3, 3] differ in their number of elements}}
  %0 = mimo.reshape %x to [-1, 3, 3] : tensor<?x8xf32>
  return
}

// -----

func.func @batch_lost(%x: tensor<?x8xf32>) {
  // expected-error@+1 {{reshape: f32[batch, 8] and f32[8] differ in their number of elements}}
  %0 = mimo.reshape %x to [8] : tensor<?x8xf32>
  return
}

// -----

func.func @batch_made(%x: tensor<8xf32>) {
  // expected-error@+1 {{reshape: f32[8] and f32[batch, 8] differ in their number of elements}}
  %0 = mimo.reshape %x to [-1, 8] : tensor<8xf32>
  return
}

// -----

func.func @batch_moved(%x: tensor<?x8xf32>) {
  // expected-error@+1 {{reshape: from f32[batch, 8] to f32[8, batch]: the batch must be the first dimension}}
  %0 = mimo.reshape %x to [8, -1] : tensor<?x8xf32>
  return
}
