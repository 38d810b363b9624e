// RUN: mimo-opt %s -split-input-file -verify-diagnostics

func.func @condition(%c: tensor<?xf32>, %x: tensor<?xf32>) {
  // expected-error@+1 {{select: the condition must be the result of comparisons (bool), not f32[batch]}}
  %0 = mimo.select %c, %x, %x : tensor<?xf32>, tensor<?xf32>, tensor<?xf32>
  return
}

// -----

func.func @mixed(%c: tensor<?xi1>, %x: tensor<?xf32>, %y: tensor<?xf64>) {
  // expected-error@+1 {{select: the choices f32[batch] and f64[batch] have different element types}}
  %0 = mimo.select %c, %x, %y : tensor<?xi1>, tensor<?xf32>, tensor<?xf64>
  return
}

// -----

func.func @choices(%c: tensor<?x4xi1>, %x: tensor<?x4xf32>, %y: tensor<?x3xf32>) {
  // expected-error@+1 {{select: operands f32[batch, 4] and f32[batch, 3] do not fit: dimension 1 differs}}
  %0 = mimo.select %c, %x, %y : tensor<?x4xi1>, tensor<?x4xf32>, tensor<?x3xf32>
  return
}

// -----

func.func @condition_shape(%c: tensor<?xi1>, %x: tensor<?x4xf32>) {
  // expected-error@+1 {{select: operands bool[batch] and f32[batch, 4] do not fit: they must have the same rank unless one is a scalar or has no batch dimension}}
  %0 = mimo.select %c, %x, %x : tensor<?xi1>, tensor<?x4xf32>, tensor<?x4xf32>
  return
}
