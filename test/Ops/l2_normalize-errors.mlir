// RUN: mimo-opt %s -split-input-file -verify-diagnostics

func.func @axis(%x: tensor<?x4xf32>) {
  // expected-error@+1 {{l2_normalize: axis 2 does not exist in f32[batch, 4]}}
  %0 = mimo.l2_normalize %x over [2] eps 1.0e-12 : tensor<?x4xf32>
  return
}

// -----

func.func @integers(%x: tensor<?x4xi64>) {
  // expected-error@+1 {{l2_normalize: takes a floating-point tensor, not i64[batch, 4]}}
  %0 = mimo.l2_normalize %x over [1] eps 1.0e-12 : tensor<?x4xi64>
  return
}
