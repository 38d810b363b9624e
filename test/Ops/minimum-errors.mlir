// RUN: mimo-opt %s -split-input-file -verify-diagnostics

func.func @types(%x: tensor<?x4xf32>, %y: tensor<?x4xf64>) {
  // expected-error@+1 {{minimum: operands f32[batch, 4] and f64[batch, 4] have different element types}}
  %0 = mimo.minimum %x, %y : tensor<?x4xf32>, tensor<?x4xf64>
  return
}

// -----

func.func @flags(%x: tensor<?xi1>) {
  // expected-error@+1 {{minimum: is not defined for bool[batch]}}
  %0 = mimo.minimum %x, %x : tensor<?xi1>, tensor<?xi1>
  return
}

// -----

func.func @shapes(%x: tensor<?x4xf32>, %y: tensor<?x3xf32>) {
  // expected-error@+1 {{minimum: operands f32[batch, 4] and f32[batch, 3] do not fit: dimension 1 differs}}
  %0 = mimo.minimum %x, %y : tensor<?x4xf32>, tensor<?x3xf32>
  return
}
