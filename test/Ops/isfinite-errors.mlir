// RUN: mimo-opt %s -split-input-file -verify-diagnostics

func.func @integers(%x: tensor<?x4xi64>) {
  // expected-error@+1 {{isfinite: takes a floating-point tensor, not i64[batch, 4]}}
  %0 = mimo.isfinite %x : tensor<?x4xi64>
  return
}
