// RUN: mimo-opt %s -split-input-file -verify-diagnostics

func.func @integers(%x: tensor<?x4xi64>) {
  // expected-error@+1 {{celu: takes a floating-point tensor, not i64[batch, 4]}}
  %0 = mimo.celu %x {alpha = 0.5} : tensor<?x4xi64>
  return
}

// -----

func.func @flags(%x: tensor<i1>) {
  // expected-error@+1 {{celu: takes a floating-point tensor, not bool[]}}
  %0 = mimo.celu %x {alpha = 0.5} : tensor<i1>
  return
}

// -----

func.func @zero(%x: tensor<?x4xf32>) {
  // expected-error@+1 {{celu: 'alpha' must not be 0: x is divided by it}}
  %0 = mimo.celu %x {alpha = 0.0} : tensor<?x4xf32>
  return
}
