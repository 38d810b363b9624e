// RUN: mimo-opt %s -split-input-file -verify-diagnostics

func.func @integers(%x: tensor<?xi64>, %r: tensor<3xi64>) {
  // expected-error@+1 {{dropout: takes a floating-point tensor, not i64[batch]}}
  %0 = mimo.dropout %x, %r {p = 0.5, site = 1 : i64} : tensor<?xi64>, tensor<3xi64>
  return
}

// -----

func.func @certain(%x: tensor<?xf32>, %r: tensor<3xi64>) {
  // expected-error@+1 {{dropout: probability 1 is outside [0, 1)}}
  %0 = mimo.dropout %x, %r {p = 1.0, site = 1 : i64} : tensor<?xf32>, tensor<3xi64>
  return
}

// -----

func.func @negative(%x: tensor<?xf32>, %r: tensor<3xi64>) {
  // expected-error@+1 {{dropout: probability -0.1 is outside [0, 1)}}
  %0 = mimo.dropout %x, %r {p = -0.1, site = 1 : i64} : tensor<?xf32>, tensor<3xi64>
  return
}

// -----

func.func @state(%x: tensor<?xf32>, %r: tensor<2xi64>) {
  // expected-error@+1 {{'mimo.dropout' op operand #1 must be the random state, tensor<3xi64>, but got 'tensor<2xi64>'}}
  %0 = mimo.dropout %x, %r {p = 0.5, site = 1 : i64} : tensor<?xf32>, tensor<2xi64>
  return
}
