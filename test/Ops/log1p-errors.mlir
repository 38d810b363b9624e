// RUN: mimo-opt %s -split-input-file -verify-diagnostics

func.func @integers(%x: tensor<?x4xi64>) {
  // expected-error@+1 {{log1p: takes a floating-point tensor, not i64[batch, 4]}}
  %0 = mimo.log1p %x : tensor<?x4xi64>
  return
}

// -----

func.func @flags(%x: tensor<i1>) {
  // expected-error@+1 {{log1p: takes a floating-point tensor, not bool[]}}
  %0 = mimo.log1p %x : tensor<i1>
  return
}
