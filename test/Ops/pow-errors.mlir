// RUN: mimo-opt %s -split-input-file -verify-diagnostics

func.func @integers(%x: tensor<?x4xi64>) {
  // expected-error@+1 {{pow: takes a floating-point tensor, not i64[batch, 4]}}
  %0 = mimo.pow %x {exponent = 2.0} : tensor<?x4xi64>
  return
}

// -----

func.func @no_exponent(%x: tensor<?x4xf32>) {
  // expected-error@+1 {{'mimo.pow' op requires attribute 'exponent'}}
  %0 = mimo.pow %x : tensor<?x4xf32>
  return
}
