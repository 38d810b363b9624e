// RUN: mimo-opt %s -split-input-file -verify-diagnostics

func.func @rank(%i: tensor<?xi64>, %w: tensor<10x4xf32>) {
  // expected-error@+1 {{embedding_bag: a bag is the last axis of the ids: [batch, n], not i64[batch]}}
  %0 = mimo.embedding_bag "sum" %i in %w padding -1 : tensor<?xi64>, tensor<10x4xf32>
  return
}

// -----

func.func @mode(%i: tensor<?x2xi64>, %w: tensor<10x4xf32>) {
  // expected-error@+1 {{embedding_bag: unknown mode 'most'; there are sum, mean and max}}
  %0 = mimo.embedding_bag "most" %i in %w padding -1 : tensor<?x2xi64>, tensor<10x4xf32>
  return
}

// -----

func.func @table(%i: tensor<?x2xi64>, %w: tensor<10xf32>) {
  // expected-error@+1 {{embedding_bag: a table is [count, dim] of floating-point numbers, not f32[10]}}
  %0 = mimo.embedding_bag "sum" %i in %w padding -1 : tensor<?x2xi64>, tensor<10xf32>
  return
}

// -----

func.func @weights(%i: tensor<?x2xi64>, %w: tensor<10x4xf32>, %s: tensor<?xf32>) {
  // expected-error@+1 {{embedding_bag: there is a weight for every id: f32[batch, 2], not f32[batch]}}
  %0 = mimo.embedding_bag "sum" %i in %w times %s padding -1 : tensor<?x2xi64>, tensor<10x4xf32>, tensor<?xf32>
  return
}

// -----

func.func @weighted_mean(%i: tensor<?x2xi64>, %w: tensor<10x4xf32>, %s: tensor<?x2xf32>) {
  // expected-error@+1 {{embedding_bag: weights are for mode = sum, not mean}}
  %0 = mimo.embedding_bag "mean" %i in %w times %s padding -1 : tensor<?x2xi64>, tensor<10x4xf32>, tensor<?x2xf32>
  return
}

// -----

func.func @weighted_max(%i: tensor<?x2xi64>, %w: tensor<10x4xf32>, %s: tensor<?x2xf32>) {
  // expected-error@+1 {{embedding_bag: weights are for mode = sum, not max}}
  %0 = mimo.embedding_bag "max" %i in %w times %s padding -1 : tensor<?x2xi64>, tensor<10x4xf32>, tensor<?x2xf32>
  return
}
