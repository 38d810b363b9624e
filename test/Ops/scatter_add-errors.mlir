// RUN: mimo-opt %s -split-input-file -verify-diagnostics

func.func @source(%x: tensor<?x6xf32>, %i: tensor<?x3xi64>, %s: tensor<?x2xf32>) {
  // expected-error@+1 {{scatter_add: an index i64[batch, 3] does not fit f32[batch, 2]}}
  %0 = mimo.scatter_add %x at %i add %s along 1 : tensor<?x6xf32>, tensor<?x3xi64>, tensor<?x2xf32>
  return
}

// -----

func.func @x(%x: tensor<?x4x2xf32>, %i: tensor<?x3x3xi64>, %s: tensor<?x3x3xf32>) {
  // expected-error@+1 {{scatter_add: an index i64[batch, 3, 3] does not fit f32[batch, 4, 2]}}
  %0 = mimo.scatter_add %x at %i add %s along 1 : tensor<?x4x2xf32>, tensor<?x3x3xi64>, tensor<?x3x3xf32>
  return
}

// -----

func.func @type(%x: tensor<?x6xf32>, %i: tensor<?x3xi64>, %s: tensor<?x3xi64>) {
  // expected-error@+1 {{scatter_add: a source i64[batch, 3] cannot be added to f32[batch, 6]}}
  %0 = mimo.scatter_add %x at %i add %s along 1 : tensor<?x6xf32>, tensor<?x3xi64>, tensor<?x3xi64>
  return
}
