// RUN: mimo-opt %s -split-input-file -verify-diagnostics

func.func @number(%x: tensor<f32>) {
  // expected-error@+1 {{flatten: input is f32[], not [batch, ...]}}
  %0 = mimo.flatten %x : tensor<f32>
  return
}

// -----

func.func @batch_inside(%x: tensor<?x?xf32>) {
  // expected-error@+1 {{flatten: input is f32[batch, batch], not [batch, ...]}}
  %0 = mimo.flatten %x : tensor<?x?xf32>
  return
}
