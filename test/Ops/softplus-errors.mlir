// RUN: mimo-opt %s -split-input-file -verify-diagnostics

func.func @integers(%x: tensor<?x4xi64>) {
  // expected-error@+1 {{softplus: takes a floating-point tensor, not i64[batch, 4]}}
  %0 = mimo.softplus %x {beta = 2.0, threshold = 20.0} : tensor<?x4xi64>
  return
}

// -----

func.func @flags(%x: tensor<i1>) {
  // expected-error@+1 {{softplus: takes a floating-point tensor, not bool[]}}
  %0 = mimo.softplus %x {beta = 2.0, threshold = 20.0} : tensor<i1>
  return
}

// -----

func.func @zero(%x: tensor<?x4xf32>) {
  // expected-error@+1 {{softplus: 'beta' must not be 0: the result is divided by it}}
  %0 = mimo.softplus %x {beta = 0.0, threshold = 20.0} : tensor<?x4xf32>
  return
}
