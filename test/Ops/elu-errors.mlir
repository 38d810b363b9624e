// RUN: mimo-opt %s -split-input-file -verify-diagnostics

func.func @integers(%x: tensor<?x4xi64>) {
  // expected-error@+1 {{elu: takes a floating-point tensor, not i64[batch, 4]}}
  %0 = mimo.elu %x {alpha = 1.0} : tensor<?x4xi64>
  return
}

// -----

func.func @no_alpha(%x: tensor<?x4xf32>) {
  // expected-error@+1 {{'mimo.elu' op requires attribute 'alpha'}}
  %0 = mimo.elu %x : tensor<?x4xf32>
  return
}
