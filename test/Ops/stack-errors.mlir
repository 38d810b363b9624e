// RUN: mimo-opt %s -split-input-file -verify-diagnostics

func.func @shapes(%x: tensor<?x4xf32>, %y: tensor<?x3xf32>) {
  // expected-error@+1 {{stack: f32[batch, 4] and f32[batch, 3] must be of one shape and type}}
  %0 = mimo.stack %x, %y along 1 : tensor<?x4xf32>, tensor<?x3xf32>
  return
}

// -----

func.func @batch(%x: tensor<?x4xf32>) {
  // expected-error@+1 {{stack: the batch of f32[batch, 4] must stay the first dimension}}
  %0 = mimo.stack %x along 0 : tensor<?x4xf32>
  return
}

// -----

func.func @axis(%x: tensor<?x4xf32>) {
  // expected-error@+1 {{stack: axis 3 does not exist in what is made of f32[batch, 4]}}
  %0 = mimo.stack %x along 3 : tensor<?x4xf32>
  return
}
