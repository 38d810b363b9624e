// RUN: mimo-opt %s -split-input-file -verify-diagnostics

func.func @numbers(%x: tensor<?xi64>) {
  // expected-error@+1 {{not: takes the result of comparisons (bool), not i64[batch]}}
  %0 = mimo.not %x : tensor<?xi64>
  return
}
