// RUN: mimo-opt %s -split-input-file -verify-diagnostics

func.func @ids(%i: tensor<?xf32>, %w: tensor<10x4xf32>) {
  // expected-error@+1 {{embedding: takes ids (i32 or i64), not f32[batch]}}
  %0 = mimo.embedding %i in %w padding -1 : tensor<?xf32>, tensor<10x4xf32>
  return
}

// -----

func.func @table(%i: tensor<?xi64>, %w: tensor<10xf32>) {
  // expected-error@+1 {{embedding: a table is [count, dim] of floating-point numbers, not f32[10]}}
  %0 = mimo.embedding %i in %w padding -1 : tensor<?xi64>, tensor<10xf32>
  return
}

// -----

func.func @padding(%i: tensor<?xi64>, %w: tensor<10x4xf32>) {
  // expected-error@+1 {{embedding: the padding id 10 is none of 10 rows}}
  %0 = mimo.embedding %i in %w padding 10 : tensor<?xi64>, tensor<10x4xf32>
  return
}
