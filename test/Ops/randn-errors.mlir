// RUN: mimo-opt %s -split-input-file -verify-diagnostics

func.func @integers(%x: tensor<?xi64>, %r: tensor<3xi64>) {
  // expected-error@+1 {{randn: takes a floating-point tensor, not i64[batch]}}
  %0 = mimo.randn %x, %r {site = 1 : i64} : tensor<?xi64>, tensor<3xi64>
  return
}

// -----

func.func @state(%x: tensor<?xf32>, %r: tensor<i64>) {
  // expected-error@+1 {{'mimo.randn' op operand #1 must be the random state, tensor<3xi64>, but got 'tensor<i64>'}}
  %0 = mimo.randn %x, %r {site = 1 : i64} : tensor<?xf32>, tensor<i64>
  return
}
