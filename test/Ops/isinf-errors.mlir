// RUN: mimo-opt %s -split-input-file -verify-diagnostics

func.func @integers(%x: tensor<?x4xi64>) {
  // expected-error@+1 {{isinf: takes a floating-point tensor, not i64[batch, 4]}}
  %0 = mimo.isinf %x : tensor<?x4xi64>
  return
}
