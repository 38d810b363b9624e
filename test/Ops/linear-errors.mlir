// RUN: mimo-opt %s -split-input-file -verify-diagnostics

func.func @integers(%x: tensor<?x8xi32>, %w: tensor<4x8xi32>) {
  // expected-error@+1 {{linear: takes a floating-point tensor, not i32[batch, 8]}}
  %0 = mimo.linear %x, %w : tensor<?x8xi32>, tensor<4x8xi32>
  return
}

// -----

func.func @features(%x: tensor<?x8xf32>, %w: tensor<4x9xf32>) {
  // expected-error@+1 {{linear: input f32[batch, 8] does not fit weights f32[4, 9]}}
  %0 = mimo.linear %x, %w : tensor<?x8xf32>, tensor<4x9xf32>
  return
}

// -----

func.func @rank(%x: tensor<8xf32>, %w: tensor<4x8xf32>) {
  // expected-error@+1 {{linear: input f32[8] does not fit weights f32[4, 8]}}
  %0 = mimo.linear %x, %w : tensor<8xf32>, tensor<4x8xf32>
  return
}

// -----

func.func @precision(%x: tensor<?x8xf32>, %w: tensor<4x8xf64>) {
  // expected-error@+1 {{linear: input f32[batch, 8] does not fit weights f64[4, 8]}}
  %0 = mimo.linear %x, %w : tensor<?x8xf32>, tensor<4x8xf64>
  return
}

// -----

func.func @bias_size(%x: tensor<?x8xf32>, %w: tensor<4x8xf32>, %b: tensor<8xf32>) {
  // expected-error@+1 {{linear: bias f32[8] does not fit weights f32[4, 8]}}
  %0 = mimo.linear %x, %w, %b : tensor<?x8xf32>, tensor<4x8xf32>, tensor<8xf32>
  return
}

// -----

func.func @bias_precision(%x: tensor<?x8xf32>, %w: tensor<4x8xf32>, %b: tensor<4xf64>) {
  // expected-error@+1 {{linear: bias f64[4] does not fit weights f32[4, 8]}}
  %0 = mimo.linear %x, %w, %b : tensor<?x8xf32>, tensor<4x8xf32>, tensor<4xf64>
  return
}
