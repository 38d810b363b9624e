// RUN: mimo-opt %s -split-input-file -verify-diagnostics

func.func @axis(%x: tensor<?x4xf32>) {
  // expected-error@+1 {{unsqueeze: axis 3 does not exist in a result of rank 3}}
  %0 = mimo.unsqueeze %x with [3] : tensor<?x4xf32>
  return
}

// -----

func.func @batch(%x: tensor<?x4xf32>) {
  // expected-error@+1 {{unsqueeze: the batch of f32[batch, 4] must stay the first dimension}}
  %0 = mimo.unsqueeze %x with [0] : tensor<?x4xf32>
  return
}

// -----

func.func @twice(%x: tensor<?x4xf32>) {
  // expected-error@+1 {{unsqueeze: an axis is given twice}}
  %0 = mimo.unsqueeze %x with [1, 1] : tensor<?x4xf32>
  return
}

// -----

func.func @none(%x: tensor<?x4xf32>) {
  // expected-error@+1 {{unsqueeze: needs an axis}}
  %0 = mimo.unsqueeze %x with [] : tensor<?x4xf32>
  return
}
