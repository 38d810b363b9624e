// RUN: mimo-opt %s -split-input-file -verify-diagnostics

func.func @few(%x: tensor<?x4x3xf32>) {
  // expected-error@+1 {{tile: needs a number for each of the 2 axes behind the batch of f32[batch, 4, 3], not 1}}
  %0 = mimo.tile %x by [2] : tensor<?x4x3xf32>
  return
}

// -----

func.func @none(%x: tensor<?x4xf32>) {
  // expected-error@+1 {{tile: 0 repeats; there must be at least 1}}
  %0 = mimo.tile %x by [0] : tensor<?x4xf32>
  return
}

// -----

func.func @large(%x: tensor<?x4xf32>) {
  // expected-error@+1 {{tile: 4611686018427387904 repeats of f32[batch, 4] are too large}}
  %0 = mimo.tile %x by [4611686018427387904] : tensor<?x4xf32>
  return
}
