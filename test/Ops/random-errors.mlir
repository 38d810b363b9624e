// RUN: mimo-opt %s -split-input-file -verify-diagnostics

func.func @f(%a: tensor<f32>, %b: tensor<f32>, %c: tensor<?xf32>, %d: tensor<f64>, %s: tensor<4xf32>, %rng: tensor<3xi64>) {
  // expected-error@+1 {{random: takes numbers of one floating-point type, not f64[]}}
  %0 = mimo.random %a, %d random %rng {site = 1} : tensor<f32>, tensor<f64> random tensor<3xi64>
  return
}
