// RUN: mimo-opt %s -split-input-file -verify-diagnostics

func.func @number(%a: tensor<?x8xf32>, %b: tensor<f32>) {
  // expected-error@+1 {{matmul: takes two matrices of one floating-point type, not f32[batch, 8] and f32[]}}
  %0 = mimo.matmul %a, %b transpose false, false : tensor<?x8xf32>, tensor<f32>
  return
}

// -----

func.func @integers(%a: tensor<?x8xi32>, %b: tensor<8x4xi32>) {
  // expected-error@+1 {{matmul: takes two matrices of one floating-point type, not i32[batch, 8] and i32[8, 4]}}
  %0 = mimo.matmul %a, %b transpose false, false : tensor<?x8xi32>, tensor<8x4xi32>
  return
}

// -----

func.func @mixed(%a: tensor<?x8xf32>, %b: tensor<8x4xf64>) {
  // expected-error@+1 {{matmul: takes two matrices of one floating-point type, not f32[batch, 8] and f64[8, 4]}}
  %0 = mimo.matmul %a, %b transpose false, false : tensor<?x8xf32>, tensor<8x4xf64>
  return
}

// -----

func.func @inner(%a: tensor<?x8xf32>, %b: tensor<4x8xf32>) {
  // expected-error@+1 {{matmul: inner sizes of f32[batch, 8] and f32[4, 8] differ}}
  %0 = mimo.matmul %a, %b transpose false, false : tensor<?x8xf32>, tensor<4x8xf32>
  return
}

// -----

func.func @inner_transposed(%a: tensor<?x8xf32>, %b: tensor<8x4xf32>) {
  // expected-error@+1 {{matmul: inner sizes of f32[batch, 8] and f32[8, 4] differ}}
  %0 = mimo.matmul %a, %b transpose true, true : tensor<?x8xf32>, tensor<8x4xf32>
  return
}

// -----

func.func @inner_of_vector(%a: tensor<?x3x8xf32>, %b: tensor<4xf32>) {
  // expected-error@+1 {{matmul: inner sizes of f32[batch, 3, 8] and f32[4] differ}}
  %0 = mimo.matmul %a, %b transpose false, false : tensor<?x3x8xf32>, tensor<4xf32>
  return
}

// -----

func.func @leading(%a: tensor<?x2x3x8xf32>, %b: tensor<?x4x8x5xf32>) {
  // expected-error@+1 {{matmul: leading dimensions of f32[batch, 2, 3, 8] and f32[batch, 4, 8, 5] do not broadcast}}
  %0 = mimo.matmul %a, %b transpose false, false : tensor<?x2x3x8xf32>, tensor<?x4x8x5xf32>
  return
}

// -----

func.func @batch_inside(%a: tensor<4x8xf32>, %b: tensor<?x8xf32>) {
  // expected-error@+1 {{matmul: gives f32[4, batch]: the batch can only be the first dimension}}
  %0 = mimo.matmul %a, %b transpose false, true : tensor<4x8xf32>, tensor<?x8xf32>
  return
}
