// RUN: mimo-opt %s -split-input-file -verify-diagnostics

func.func @numbers(%x: tensor<?xi1>, %y: tensor<?xf32>) {
  // expected-error@+1 {{and: takes the result of comparisons (bool), not f32[batch]}}
  %0 = mimo.and %x, %y : tensor<?xi1>, tensor<?xf32>
  return
}

// -----

func.func @sizes(%x: tensor<?x4xi1>, %y: tensor<?x3xi1>) {
  // expected-error@+1 {{and: operands bool[batch, 4] and bool[batch, 3] do not fit: dimension 1 differs}}
  %0 = mimo.and %x, %y : tensor<?x4xi1>, tensor<?x3xi1>
  return
}
