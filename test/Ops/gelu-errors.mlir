// RUN: mimo-opt %s -split-input-file -verify-diagnostics

func.func @integers(%x: tensor<?x4xi64>) {
  // expected-error@+1 {{gelu: takes a floating-point tensor, not i64[batch, 4]}}
  %0 = mimo.gelu %x {approximate = "none"} : tensor<?x4xi64>
  return
}

// -----

func.func @flags(%x: tensor<i1>) {
  // expected-error@+1 {{gelu: takes a floating-point tensor, not bool[]}}
  %0 = mimo.gelu %x {approximate = "none"} : tensor<i1>
  return
}

// -----

func.func @word(%x: tensor<?x4xf32>) {
  // expected-error@+1 {{gelu: 'approximate' must be none or tanh, not 'sigmoid'}}
  %0 = mimo.gelu %x {approximate = "sigmoid"} : tensor<?x4xf32>
  return
}
