// RUN: mimo-opt %s -split-input-file -verify-diagnostics

func.func @rank(%x: tensor<?x4x4xf32>, %t: tensor<?xi64>) {
  // expected-error@+1 {{accuracy: prediction f32[batch, 4, 4] with classes along axis 2 needs a target of shape [batch, 4], not i64[batch]}}
  %0 = mimo.accuracy %x, %t : tensor<?x4x4xf32>, tensor<?xi64>
  return
}

// -----

func.func @integers(%x: tensor<?x4xi32>, %t: tensor<?xi64>) {
  // expected-error@+1 {{accuracy: prediction must be logits of shape [batch, classes], or with more axes, not i32[batch, 4]}}
  %0 = mimo.accuracy %x, %t : tensor<?x4xi32>, tensor<?xi64>
  return
}

// -----

func.func @classes(%x: tensor<?x?xf32>, %t: tensor<?xi64>) {
  // expected-error@+1 {{accuracy: the axis of classes of f32[batch, batch] is the batch}}
  %0 = mimo.accuracy %x, %t : tensor<?x?xf32>, tensor<?xi64>
  return
}

// -----

func.func @float_labels(%x: tensor<?x4xf32>, %t: tensor<?xf32>) {
  // expected-error@+1 {{accuracy: target must hold class indices (i32 or i64), not f32[batch]}}
  %0 = mimo.accuracy %x, %t : tensor<?x4xf32>, tensor<?xf32>
  return
}

// -----

func.func @probabilities(%x: tensor<?x4xf32>, %t: tensor<?x3xi64>) {
  // expected-error@+1 {{accuracy: prediction f32[batch, 4] needs a target of shape [batch], not i64[batch, 3]}}
  %0 = mimo.accuracy %x, %t : tensor<?x4xf32>, tensor<?x3xi64>
  return
}

// -----

func.func @batch(%x: tensor<?x4xf32>, %t: tensor<8xi64>) {
  // expected-error@+1 {{accuracy: prediction f32[batch, 4] needs a target of shape [batch], not i64[8]}}
  %0 = mimo.accuracy %x, %t : tensor<?x4xf32>, tensor<8xi64>
  return
}
