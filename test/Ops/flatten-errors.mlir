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

// -----

func.func @order(%x: tensor<?x4x3xf32>) {
  // expected-error@+1 {{flatten: starts at axis 2 of f32[batch, 4, 3] and ends before it, at 1}}
  %0 = mimo.flatten %x from 2 to 1 : tensor<?x4x3xf32>
  return
}

// -----

func.func @batch(%x: tensor<?x4x3xf32>) {
  // expected-error@+1 {{flatten: the batch of f32[batch, 4, 3] must stay the first dimension}}
  %0 = mimo.flatten %x from 0 : tensor<?x4x3xf32>
  return
}

// -----

func.func @axis(%x: tensor<?x4x3xf32>) {
  // expected-error@+1 {{flatten: axis 3 does not exist in f32[batch, 4, 3]}}
  %0 = mimo.flatten %x to 3 : tensor<?x4x3xf32>
  return
}
