// RUN: mimo-opt %s -split-input-file -verify-diagnostics

func.func @batch_behind(%a: tensor<8xf32>, %b: tensor<?xf32>) {
  // expected-error@+1 {{outer: gives f32[8, batch]: the batch can only be the first dimension}}
  %0 = mimo.outer %a, %b : tensor<8xf32>, tensor<?xf32>
  return
}
