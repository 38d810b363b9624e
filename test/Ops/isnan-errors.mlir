// RUN: mimo-opt %s -split-input-file -verify-diagnostics

func.func @integers(%x: tensor<?xi64>) {
  // expected-error@+1 {{isnan: takes a floating-point tensor, not i64[batch]}}
  %0 = mimo.isnan %x : tensor<?xi64>
  return
}
