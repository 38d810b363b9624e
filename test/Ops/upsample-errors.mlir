// RUN: mimo-opt %s -split-input-file -verify-diagnostics

func.func @sizes(%x: tensor<?x2x3xf32>) {
  // expected-error@+1 {{upsample: needs a size for each of 1 spatial dimensions}}
  %0 = mimo.upsample %x to [4, 3] linear true corners false {step = array<f64: 0.5, 1.0>} : tensor<?x2x3xf32>
  return
}

// -----

func.func @taps(%x: tensor<?x2x3xf32>) {
  // expected-error@+1 {{resample: there is no element 3 along axis 2 of f32[batch, 2, 3]}}
  %0 = mimo.resample %x along 2 count 1 taps [0, 3] {weights = array<f64: 1.0, 1.0>} : tensor<?x2x3xf32>
  return
}

// -----

func.func @rows(%x: tensor<?x2x3xf32>) {
  // expected-error@+1 {{resample: 3 taps are no rows of 2}}
  %0 = mimo.resample %x along 2 count 2 taps [0, 1, 2] {weights = array<f64: 1.0, 1.0, 1.0>} : tensor<?x2x3xf32>
  return
}

// -----

func.func @weights(%x: tensor<?x2x3xf32>) {
  // expected-error@+1 {{resample: has 1 weights for 2 taps}}
  %0 = mimo.resample %x along 2 count 1 taps [0, 1] {weights = array<f64: 1.0>} : tensor<?x2x3xf32>
  return
}

// -----

func.func @steps(%x: tensor<?x2x3xf32>) {
  // expected-error@+1 {{upsample: needs a step for each size}}
  %0 = mimo.upsample %x to [3] linear true corners false {step = array<f64>} : tensor<?x2x3xf32>
  return
}
