// RUN: mimo-opt %s -split-input-file -verify-diagnostics

func.func @shape(%t: tensor<?xi32>, %x: tensor<?x5x3xf32>) {
  // expected-error@+1 {{one_hot_like: prediction f32[batch, 5, 3] with classes along axis 1 needs a target of shape [batch, 3], not i32[batch]}}
  %0 = mimo.one_hot_like %t like %x along 1 : tensor<?xi32>, tensor<?x5x3xf32>
  return
}

// -----

func.func @batch(%t: tensor<5xi32>, %x: tensor<?x5xf32>) {
  // expected-error@+1 {{one_hot_like: the axis of classes of f32[batch, 5] is the batch}}
  %0 = mimo.one_hot_like %t like %x along 0 : tensor<5xi32>, tensor<?x5xf32>
  return
}
