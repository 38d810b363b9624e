// RUN: mimo-opt %s -split-input-file -verify-diagnostics

func.func @sizes(%x: tensor<?x4xf32>, %y: tensor<?x3xf32>) {
  // expected-error@+1 {{lt: operands f32[batch, 4] and f32[batch, 3] do not fit: dimension 1 differs}}
  %0 = mimo.lt %x, %y : tensor<?x4xf32>, tensor<?x3xf32>
  return
}

// -----

func.func @lower_rank_first(%x: tensor<3xf32>, %y: tensor<?x4xf32>) {
  // expected-error@+1 {{lt: operands f32[3] and f32[batch, 4] do not fit: dimension 1 differs}}
  %0 = mimo.lt %x, %y : tensor<3xf32>, tensor<?x4xf32>
  return
}

// -----

func.func @batch_against_column(%x: tensor<?x1xf32>, %y: tensor<?xf32>) {
  // expected-error@+1 {{lt: operands f32[batch, 1] and f32[batch] do not fit: they must have the same rank unless one is a scalar or has no batch dimension}}
  %0 = mimo.lt %x, %y : tensor<?x1xf32>, tensor<?xf32>
  return
}

// -----

func.func @batch_against_size(%x: tensor<?x4xf32>, %y: tensor<8x4xf32>) {
  // expected-error@+1 {{lt: operands f32[batch, 4] and f32[8, 4] do not fit: dimension 0 differs}}
  %0 = mimo.lt %x, %y : tensor<?x4xf32>, tensor<8x4xf32>
  return
}

// -----

func.func @mixed(%x: tensor<?x4xf32>, %y: tensor<?x4xi64>) {
  // expected-error@+1 {{lt: operands f32[batch, 4] and i64[batch, 4] have different element types}}
  %0 = mimo.lt %x, %y : tensor<?x4xf32>, tensor<?x4xi64>
  return
}

// -----

func.func @undefined(%x: tensor<?xi1>, %y: tensor<?xi1>) {
  // expected-error@+1 {{lt: is not defined for bool[batch]}}
  %0 = mimo.lt %x, %y : tensor<?xi1>, tensor<?xi1>
  return
}
