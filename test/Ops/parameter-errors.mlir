// RUN: mimo-opt %s -split-input-file -verify-diagnostics

func.func @integers(%x: tensor<4xi64>) {
  // expected-error@+1 {{parameter: takes a floating-point tensor, not i64[4]}}
  %0 = mimo.parameter %x : tensor<4xi64>
  return
}
