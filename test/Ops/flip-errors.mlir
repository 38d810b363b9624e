// RUN: mimo-opt %s -split-input-file -verify-diagnostics

func.func @axis(%x: tensor<?x4xf32>) {
  // expected-error@+1 {{flip: axis 2 does not exist in f32[batch, 4]}}
  %0 = mimo.flip %x along [2] : tensor<?x4xf32>
  return
}

// -----

func.func @twice(%x: tensor<?x4xf32>) {
  // expected-error@+1 {{flip: axis 1 of f32[batch, 4] is given twice}}
  %0 = mimo.flip %x along [1, -1] : tensor<?x4xf32>
  return
}
