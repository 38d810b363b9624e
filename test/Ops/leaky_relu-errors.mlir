// RUN: mimo-opt %s -split-input-file -verify-diagnostics

func.func @integers(%x: tensor<?x4xi64>) {
  // expected-error@+1 {{leaky_relu: takes a floating-point tensor, not i64[batch, 4]}}
  %0 = mimo.leaky_relu %x {slope = 0.25} : tensor<?x4xi64>
  return
}

// -----

func.func @flags(%x: tensor<i1>) {
  // expected-error@+1 {{leaky_relu: takes a floating-point tensor, not bool[]}}
  %0 = mimo.leaky_relu %x {slope = 0.25} : tensor<i1>
  return
}

// -----

func.func @no_slope(%x: tensor<?x4xf32>) {
  // expected-error@+1 {{'mimo.leaky_relu' op requires attribute 'slope'}}
  %0 = mimo.leaky_relu %x : tensor<?x4xf32>
  return
}
