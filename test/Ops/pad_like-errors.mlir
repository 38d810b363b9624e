// RUN: mimo-opt %s -split-input-file -verify-diagnostics

func.func @beyond(%x: tensor<?x3xf32>, %l: tensor<?x8xf32>) {
  // expected-error@+1 {{pad_like: f32[batch, 3] at these offsets does not lie in f32[batch, 8]}}
  %0 = mimo.pad_like %x in %l at [0, 6] : tensor<?x3xf32>, tensor<?x8xf32>
  return
}

// -----

func.func @batch(%x: tensor<?x3xf32>, %l: tensor<?x8xf32>) {
  // expected-error@+1 {{pad_like: f32[batch, 3] at these offsets does not lie in f32[batch, 8]}}
  %0 = mimo.pad_like %x in %l at [1, 0] : tensor<?x3xf32>, tensor<?x8xf32>
  return
}

// -----

func.func @offsets(%x: tensor<?x3xf32>, %l: tensor<?x8xf32>) {
  // expected-error@+1 {{pad_like: f32[batch, 3] at these offsets does not lie in f32[batch, 8]}}
  %0 = mimo.pad_like %x in %l at [0] : tensor<?x3xf32>, tensor<?x8xf32>
  return
}

// -----

func.func @larger(%x: tensor<?x9xf32>, %l: tensor<?x8xf32>) {
  // expected-error@+1 {{pad_like: f32[batch, 9] at these offsets does not lie in f32[batch, 8]}}
  %0 = mimo.pad_like %x in %l at [0, 0] : tensor<?x9xf32>, tensor<?x8xf32>
  return
}

// -----

func.func @rank(%x: tensor<3xf32>, %l: tensor<?x8xf32>) {
  // expected-error@+1 {{pad_like: f32[3] at these offsets does not lie in f32[batch, 8]}}
  %0 = mimo.pad_like %x in %l at [0] : tensor<3xf32>, tensor<?x8xf32>
  return
}

// -----

func.func @mixed(%x: tensor<?x3xf64>, %l: tensor<?x8xf32>) {
  // expected-error@+1 {{pad_like: f64[batch, 3] at these offsets does not lie in f32[batch, 8]}}
  %0 = mimo.pad_like %x in %l at [0, 0] : tensor<?x3xf64>, tensor<?x8xf32>
  return
}
