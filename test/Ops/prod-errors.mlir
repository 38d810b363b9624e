// RUN: mimo-opt %s -split-input-file -verify-diagnostics

func.func @axis(%x: tensor<?x4xf32>) {
  // expected-error@+1 {{prod: axis 2 does not exist in f32[batch, 4]}}
  %0 = mimo.prod %x over [2] keepdim false : tensor<?x4xf32>
  return
}

// -----

func.func @twice(%x: tensor<?x4xf32>) {
  // expected-error@+1 {{prod: axis 1 of f32[batch, 4] is given twice}}
  %0 = mimo.prod %x over [1, -1] keepdim false : tensor<?x4xf32>
  return
}

// -----

func.func @integers(%x: tensor<?x4xi1>) {
  // expected-error@+1 {{prod: takes numbers, not bool[batch, 4]; 'any' and 'all' take conditions, select(x, 1, 0) makes numbers of them}}
  %0 = mimo.prod %x over [1] keepdim false : tensor<?x4xi1>
  return
}
