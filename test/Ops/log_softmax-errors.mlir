// RUN: mimo-opt %s -split-input-file -verify-diagnostics

func.func @axis(%x: tensor<?x4xf32>) {
  // expected-error@+1 {{log_softmax: axis 2 does not exist in f32[batch, 4]}}
  %0 = mimo.log_softmax %x along 2 : tensor<?x4xf32>
  return
}

// -----

func.func @integers(%x: tensor<?x4xi64>) {
  // expected-error@+1 {{log_softmax: takes a floating-point tensor, not i64[batch, 4]}}
  %0 = mimo.log_softmax %x along 1 : tensor<?x4xi64>
  return
}
