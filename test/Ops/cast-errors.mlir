// RUN: mimo-opt %s -split-input-file -verify-diagnostics

func.func @to_bool(%x: tensor<?xf32>) {
  // expected-error@+1 {{cast: to f32, f64, i32 or i64 only, not bool; a comparison gives bool}}
  %0 = mimo.cast %x to i1 : tensor<?xf32>
  return
}

// -----

func.func @to_none(%x: tensor<?xf32>) {
  // expected-error@+1 {{cast: to f32, f64, i32 or i64 only, not none}}
  %0 = mimo.cast %x to none : tensor<?xf32>
  return
}
