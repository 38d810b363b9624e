// RUN: mimo-opt %s -split-input-file -verify-diagnostics

func.func @f(%a: tensor<f32>, %b: tensor<f32>, %c: tensor<?xf32>, %d: tensor<f64>, %s: tensor<4xf32>, %rng: tensor<3xi64>) {
  // expected-error@+1 {{uncertainty: takes numbers of one floating-point type, not f32[batch]}}
  %0 = mimo.uncertainty %a, %c keeps %a, %b : tensor<f32>, tensor<?xf32> keeps tensor<f32>, tensor<f32>
  return
}
