// RUN: mimo-opt %s -split-input-file -verify-diagnostics

func.func @integers(%x: tensor<?x4xi64>) {
  // expected-error@+1 {{detach: takes a floating-point tensor, not i64[batch, 4]}}
  %0 = mimo.detach %x : tensor<?x4xi64>
  return
}

// -----

func.func @flags(%x: tensor<i1>) {
  // expected-error@+1 {{detach: takes a floating-point tensor, not bool[]}}
  %0 = mimo.detach %x : tensor<i1>
  return
}
