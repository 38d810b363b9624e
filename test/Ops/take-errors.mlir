// RUN: mimo-opt %s -split-input-file -verify-diagnostics

func.func @index(%x: tensor<4x3xf32>, %i: tensor<?xf32>) {
  // expected-error@+1 {{take: an index is i32 or i64, not f32[batch]}}
  %0 = mimo.take %x at %i along 0 : tensor<4x3xf32>, tensor<?xf32>
  return
}

// -----

func.func @axis(%x: tensor<4x3xf32>, %i: tensor<?xi64>) {
  // expected-error@+1 {{take: axis 2 does not exist in f32[4, 3]}}
  %0 = mimo.take %x at %i along 2 : tensor<4x3xf32>, tensor<?xi64>
  return
}

// -----

func.func @two_batches(%x: tensor<?x3xf32>, %i: tensor<?xi64>) {
  // expected-error@+1 {{take: an index i64[batch] along axis 1 of f32[batch, 3] puts the batch behind the first dimension; 'gather' takes an index for every element}}
  %0 = mimo.take %x at %i along 1 : tensor<?x3xf32>, tensor<?xi64>
  return
}
