// RUN: mimo-opt %s -split-input-file -verify-diagnostics

func.func @axis(%x: tensor<?x4xf32>) {
  // expected-error@+1 {{logsumexp: axis 2 does not exist in f32[batch, 4]}}
  %0 = mimo.logsumexp %x over [2] keepdim false : tensor<?x4xf32>
  return
}

// -----

func.func @twice(%x: tensor<?x4xf32>) {
  // expected-error@+1 {{logsumexp: axis 1 of f32[batch, 4] is given twice}}
  %0 = mimo.logsumexp %x over [1, -1] keepdim false : tensor<?x4xf32>
  return
}

// -----

func.func @integers(%x: tensor<?x4xi64>) {
  // expected-error@+1 {{logsumexp: takes a floating-point tensor, not i64[batch, 4]}}
  %0 = mimo.logsumexp %x over [1] keepdim false : tensor<?x4xi64>
  return
}
