// RUN: mimo-opt %s -split-input-file -verify-diagnostics

func.func @axis(%x: tensor<?x4xf32>) {
  // expected-error@+1 {{pad: axis 2 does not exist in f32[batch, 4]}}
  %0 = mimo.pad %x before [1] after [1] along [2] with 0.0 : tensor<?x4xf32>
  return
}

// -----

func.func @batch(%x: tensor<?x4xf32>) {
  // expected-error@+1 {{pad: axis 0 of f32[batch, 4] is the batch, which cannot be longer}}
  %0 = mimo.pad %x before [1] after [1] along [0] with 0.0 : tensor<?x4xf32>
  return
}

// -----

func.func @negative(%x: tensor<?x4xf32>) {
  // expected-error@+1 {{pad: an amount of -1; a slice, x[:, a:b], takes elements away}}
  %0 = mimo.pad %x before [-1] after [1] along [1] with 0.0 : tensor<?x4xf32>
  return
}

// -----

func.func @amounts(%x: tensor<?x4x3xf32>) {
  // expected-error@+1 {{pad: needs one amount, or one for each of the 2 axes, not 3}}
  %0 = mimo.pad %x before [1, 2, 3] after [1] along [1, 2] with 0.0 : tensor<?x4x3xf32>
  return
}

// -----

func.func @value(%x: tensor<?x4xi64>) {
  // expected-error@+1 {{pad: the value 0.5 cannot stand in i64[batch, 4]}}
  %0 = mimo.pad %x before [1] after [1] along [1] with 5.0e-1 : tensor<?x4xi64>
  return
}
