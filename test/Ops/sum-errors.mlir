// The axis that is wrong is named as it was written, wherever it stands.
// RUN: mimo-opt %s -split-input-file -verify-diagnostics

func.func @integers(%x: tensor<?x4xi1>) {
  // expected-error@+1 {{sum: takes numbers, not bool[batch, 4]; 'any' and 'all' take conditions, select(x, 1, 0) makes numbers of them}}
  %0 = mimo.sum %x over [1] keepdim false : tensor<?x4xi1>
  return
}

// -----

func.func @axis(%x: tensor<?x4xf32>) {
  // expected-error@+1 {{sum: axis 5 does not exist in f32[batch, 4]}}
  %0 = mimo.sum %x over [5, 0] keepdim false : tensor<?x4xf32>
  return
}

// -----

func.func @negative_axis(%x: tensor<?x4xf32>) {
  // expected-error@+1 {{sum: axis -3 does not exist in f32[batch, 4]}}
  %0 = mimo.sum %x over [1, -3] keepdim true : tensor<?x4xf32>
  return
}

// -----

func.func @twice(%x: tensor<?x4xf32>) {
  // expected-error@+1 {{sum: axis 1 of f32[batch, 4] is given twice}}
  %0 = mimo.sum %x over [1, 0, -1] keepdim false : tensor<?x4xf32>
  return
}

// -----

func.func @number(%x: tensor<f32>) {
  // expected-error@+1 {{sum: axis 0 does not exist in f32[]}}
  %0 = mimo.sum %x over [0] keepdim false : tensor<f32>
  return
}
