// RUN: mimo-opt %s -split-input-file -verify-diagnostics

func.func @batch(%x: tensor<4x?xf32>) {
  // expected-error@+1 {{'mimo.zeros' op operand #0 must be tensor of f32, f64, i1, i32 or i64 with no run-time size but the batch in front, but got 'tensor<4x?xf32>'}}
  %0 = mimo.zeros %x : tensor<4x?xf32>
  return
}
