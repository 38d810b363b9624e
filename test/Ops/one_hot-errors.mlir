// RUN: mimo-opt %s -split-input-file -verify-diagnostics

func.func @floats(%t: tensor<?xf32>) {
  // expected-error@+1 {{one_hot: takes class indices (i32 or i64), not f32[batch]}}
  %0 = mimo.one_hot %t of 3 as f32 : tensor<?xf32>
  return
}

// -----

func.func @no_classes(%t: tensor<?xi64>) {
  // expected-error@+1 {{one_hot: gives at least 1 floating-point number a label, not 0 of f32}}
  %0 = mimo.one_hot %t of 0 as f32 : tensor<?xi64>
  return
}

// -----

func.func @precision(%t: tensor<?xi64>) {
  // expected-error@+1 {{one_hot: gives at least 1 floating-point number a label, not 3 of i32}}
  %0 = mimo.one_hot %t of 3 as i32 : tensor<?xi64>
  return
}
