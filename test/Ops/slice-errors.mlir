// RUN: mimo-opt %s -split-input-file -verify-diagnostics

func.func @too_few(%x: tensor<?x8xf32>) {
  // expected-error@+1 {{slice: needs an offset and a size for every axis of f32[batch, 8]}}
  %0 = mimo.slice %x at [0] of [-1] : tensor<?x8xf32>
  return
}

// -----

func.func @too_many(%x: tensor<?x8xf32>) {
  // expected-error@+1 {{slice: needs an offset and a size for every axis of f32[batch, 8]}}
  %0 = mimo.slice %x at [0, 0, 0] of [-1, 4, 1] : tensor<?x8xf32>
  return
}

// -----

func.func @batch(%x: tensor<?x8xf32>) {
  // expected-error@+1 {{slice: the batch (axis 0 of f32[batch, 8]) can only be taken whole}}
  %0 = mimo.slice %x at [1, 0] of [-1, 4] : tensor<?x8xf32>
  return
}

// -----

func.func @batch_size(%x: tensor<?x8xf32>) {
  // expected-error@+1 {{slice: the batch (axis 0 of f32[batch, 8]) can only be taken whole}}
  %0 = mimo.slice %x at [0, 0] of [2, 4] : tensor<?x8xf32>
  return
}

// -----

func.func @empty(%x: tensor<?x8xf32>) {
  // expected-error@+1 {{slice: leaves nothing of axis 1 of f32[batch, 8]}}
  %0 = mimo.slice %x at [0, 3] of [-1, 0] : tensor<?x8xf32>
  return
}

// -----

func.func @beyond(%x: tensor<?x8xf32>) {
  // expected-error@+1 {{slice: 6:9 lies outside axis 1 of f32[batch, 8]}}
  %0 = mimo.slice %x at [0, 6] of [-1, 3] : tensor<?x8xf32>
  return
}

// -----

func.func @before(%x: tensor<?x8xf32>) {
  // expected-error@+1 {{slice: -1:2 lies outside axis 1 of f32[batch, 8]}}
  %0 = mimo.slice %x at [0, -1] of [-1, 3] : tensor<?x8xf32>
  return
}

// -----

func.func @far(%x: tensor<?x8xf32>) {
  // expected-error@+1 {{lies outside axis 1 of f32[batch, 8]}}
  %0 = mimo.slice %x at [0, 9223372036854775807] of [-1, 3] : tensor<?x8xf32>
  return
}

// -----

func.func @long(%x: tensor<?x8xf32>) {
  // expected-error@+1 {{lies outside axis 1 of f32[batch, 8]}}
  %0 = mimo.slice %x at [0, 1] of [-1, 9223372036854775807] : tensor<?x8xf32>
  return
}
