// RUN: mimo-opt %s -split-input-file -verify-diagnostics

func.func @integers(%x: tensor<?x4xi64>) {
  // expected-error@+1 {{hardshrink: takes a floating-point tensor, not i64[batch, 4]}}
  %0 = mimo.hardshrink %x {lambd = 0.5} : tensor<?x4xi64>
  return
}

// -----

func.func @flags(%x: tensor<i1>) {
  // expected-error@+1 {{hardshrink: takes a floating-point tensor, not bool[]}}
  %0 = mimo.hardshrink %x {lambd = 0.5} : tensor<i1>
  return
}

// -----

func.func @none(%x: tensor<?x4xf32>) {
  // expected-error@+1 {{'mimo.hardshrink' op requires attribute 'lambd'}}
  %0 = mimo.hardshrink %x : tensor<?x4xf32>
  return
}
