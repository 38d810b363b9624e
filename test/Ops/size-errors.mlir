// RUN: mimo-opt %s -split-input-file -verify-diagnostics

func.func @axis(%x: tensor<?x4xf32>) {
  // expected-error@+1 {{size: axis 2 does not exist in f32[batch, 4]}}
  %0 = mimo.size %x along [2] as f32 : tensor<?x4xf32>
  return
}

// -----

func.func @negative_axis(%x: tensor<?x4xf32>) {
  // expected-error@+1 {{size: axis -1 does not exist in f32[batch, 4]}}
  %0 = mimo.size %x along [-1] as f32 : tensor<?x4xf32>
  return
}

// -----

func.func @precision(%x: tensor<?x4xf32>) {
  // expected-error@+1 {{size: gives a floating-point number, not i64}}
  %0 = mimo.size %x along [1] as i64 : tensor<?x4xf32>
  return
}
