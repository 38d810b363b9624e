// RUN: mimo-opt %s -split-input-file -verify-diagnostics

func.func @integers(%x: tensor<?x4xi64>) {
  // expected-error@+1 {{hardtanh: takes a floating-point tensor, not i64[batch, 4]}}
  %0 = mimo.hardtanh %x {min_val = -1.0, max_val = 2.0} : tensor<?x4xi64>
  return
}

// -----

func.func @flags(%x: tensor<i1>) {
  // expected-error@+1 {{hardtanh: takes a floating-point tensor, not bool[]}}
  %0 = mimo.hardtanh %x {min_val = -1.0, max_val = 2.0} : tensor<i1>
  return
}

// -----

func.func @crossed(%x: tensor<?x4xf32>) {
  // expected-error@+1 {{hardtanh: 'min_val' 1 is above 'max_val' -1}}
  %0 = mimo.hardtanh %x {min_val = 1.0, max_val = -1.0} : tensor<?x4xf32>
  return
}
