// RUN: mimo-opt %s -split-input-file -verify-diagnostics

func.func @numbers(%x: tensor<?x4xf32>) {
  // expected-error@+1 {{float: takes whole numbers or conditions, not f32[batch, 4]}}
  %0 = mimo.float %x as f32 : tensor<?x4xf32>
  return
}

// -----

func.func @whole(%x: tensor<?xi32>) {
  // expected-error@+1 {{float: gives floating-point numbers, not i64}}
  %0 = mimo.float %x as i64 : tensor<?xi32>
  return
}
