// RUN: mimo-opt %s -split-input-file -verify-diagnostics

func.func @f(%a: tensor<f32>, %b: tensor<f32>, %c: tensor<?xf32>, %d: tensor<f64>, %s: tensor<4xf32>, %rng: tensor<3xi64>) {
  // expected-error@+1 {{dwa: balances at least two losses, not 1}}
  %0 = mimo.dwa %a keeps %s {period = 2, temperature = 2.0} : tensor<f32> keeps tensor<4xf32>
  return
}
