// RUN: mimo-opt %s -split-input-file -verify-diagnostics

func.func @rank(%x: tensor<?x3xf32>, %i: tensor<?xi64>) {
  // expected-error@+1 {{gather: an index i64[batch] does not fit f32[batch, 3]: it has its rank, and along the other axes at most its size}}
  %0 = mimo.gather %x at %i along 1 : tensor<?x3xf32>, tensor<?xi64>
  return
}

// -----

func.func @size(%x: tensor<?x3x4xf32>, %i: tensor<?x2x5xi64>) {
  // expected-error@+1 {{gather: an index i64[batch, 2, 5] does not fit f32[batch, 3, 4]: it has its rank, and along the other axes at most its size}}
  %0 = mimo.gather %x at %i along 1 : tensor<?x3x4xf32>, tensor<?x2x5xi64>
  return
}

// -----

func.func @batch(%x: tensor<?x3xf32>, %i: tensor<2x3xi64>) {
  // expected-error@+1 {{gather: an index i64[2, 3] does not fit f32[batch, 3]}}
  %0 = mimo.gather %x at %i along 1 : tensor<?x3xf32>, tensor<2x3xi64>
  return
}

// -----

func.func @axis(%x: tensor<?x3xf32>, %i: tensor<?x3xi1>) {
  // expected-error@+1 {{gather: an index is i32 or i64, not bool[batch, 3]}}
  %0 = mimo.gather %x at %i along 1 : tensor<?x3xf32>, tensor<?x3xi1>
  return
}
