// Prediction and target never broadcast against each other.
// RUN: mimo-opt %s -split-input-file -verify-diagnostics

func.func @integers(%x: tensor<?x4xi64>, %t: tensor<?x4xi64>) {
  // expected-error@+1 {{mse: prediction i64[batch, 4] must be floating-point}}
  %0 = mimo.mse %x, %t : tensor<?x4xi64>, tensor<?x4xi64>
  return
}

// -----

func.func @column(%x: tensor<?x1xf32>, %t: tensor<?xf32>) {
  // expected-error@+1 {{mse: prediction f32[batch, 1] and target f32[batch] must have the same shape}}
  %0 = mimo.mse %x, %t : tensor<?x1xf32>, tensor<?xf32>
  return
}

// -----

func.func @mixed(%x: tensor<?x4xf32>, %t: tensor<?x4xf64>) {
  // expected-error@+1 {{mse: target f64[batch, 4] must have the element type of the prediction f32[batch, 4]}}
  %0 = mimo.mse %x, %t : tensor<?x4xf32>, tensor<?x4xf64>
  return
}
