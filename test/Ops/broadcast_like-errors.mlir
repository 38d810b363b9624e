// RUN: mimo-opt %s -split-input-file -verify-diagnostics

func.func @size(%x: tensor<3xf32>, %l: tensor<?x8xf32>) {
  // expected-error@+1 {{broadcast_like: f32[3] along these dimensions does not spread over f32[batch, 8]}}
  %0 = mimo.broadcast_like %x like %l dims [1] : tensor<3xf32>, tensor<?x8xf32>
  return
}

// -----

func.func @too_few(%x: tensor<?x8xf32>, %l: tensor<?x8xf32>) {
  // expected-error@+1 {{broadcast_like: f32[batch, 8] along these dimensions does not spread over f32[batch, 8]}}
  %0 = mimo.broadcast_like %x like %l dims [1] : tensor<?x8xf32>, tensor<?x8xf32>
  return
}

// -----

func.func @order(%x: tensor<8x8xf32>, %l: tensor<8x8xf32>) {
  // expected-error@+1 {{broadcast_like: f32[8, 8] along these dimensions does not spread over f32[8, 8]}}
  %0 = mimo.broadcast_like %x like %l dims [1, 0] : tensor<8x8xf32>, tensor<8x8xf32>
  return
}

// -----

func.func @outside(%x: tensor<8xf32>, %l: tensor<?x8xf32>) {
  // expected-error@+1 {{broadcast_like: f32[8] along these dimensions does not spread over f32[batch, 8]}}
  %0 = mimo.broadcast_like %x like %l dims [2] : tensor<8xf32>, tensor<?x8xf32>
  return
}

// -----

func.func @negative(%x: tensor<8xf32>, %l: tensor<?x8xf32>) {
  // expected-error@+1 {{broadcast_like: f32[8] along these dimensions does not spread over f32[batch, 8]}}
  %0 = mimo.broadcast_like %x like %l dims [-1] : tensor<8xf32>, tensor<?x8xf32>
  return
}
