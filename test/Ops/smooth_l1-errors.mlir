// Prediction and target never broadcast against each other.
// RUN: mimo-opt %s -split-input-file -verify-diagnostics

func.func @integers(%x: tensor<?x4xi64>, %t: tensor<?x4xi64>) {
  // expected-error@+1 {{smooth_l1: prediction i64[batch, 4] must be floating-point}}
  %0 = mimo.smooth_l1 %x, %t {beta = 1.0} : tensor<?x4xi64>, tensor<?x4xi64>
  return
}

// -----

func.func @column(%x: tensor<?x1xf32>, %t: tensor<?xf32>) {
  // expected-error@+1 {{smooth_l1: prediction f32[batch, 1] and target f32[batch] must have the same shape}}
  %0 = mimo.smooth_l1 %x, %t {beta = 1.0} : tensor<?x1xf32>, tensor<?xf32>
  return
}

// -----

func.func @mixed(%x: tensor<?x4xf32>, %t: tensor<?x4xf64>) {
  // expected-error@+1 {{smooth_l1: target f64[batch, 4] must have the element type of the prediction f32[batch, 4]}}
  %0 = mimo.smooth_l1 %x, %t {beta = 1.0} : tensor<?x4xf32>, tensor<?x4xf64>
  return
}

// -----

func.func @negative(%x: tensor<?xf32>, %t: tensor<?xf32>) {
  // expected-error@+1 {{smooth_l1: beta -0.5 is negative; 0 makes it l1}}
  %0 = mimo.smooth_l1 %x, %t {beta = -0.5} : tensor<?xf32>, tensor<?xf32>
  return
}
