// RUN: mimo-opt %s -split-input-file -verify-diagnostics

func.func @f(%a: tensor<f32>, %b: tensor<f32>, %c: tensor<?xf32>, %d: tensor<f64>, %s: tensor<4xf32>, %rng: tensor<3xi64>) {
  // expected-error@+1 {{dwa_history: takes two tensors of 4 numbers, not f32[4] and f32[]}}
  %0 = mimo.dwa_history %s, %a {period = 2} : tensor<4xf32>, tensor<f32>
  return
}
