// RUN: mimo-opt %s -split-input-file -verify-diagnostics

func.func @four(%g: tensor<f64>, %rng: tensor<3xi64>) {
  // expected-error@+1 {{upgrad: 4 inner products are not those of 2 to 8 gradients}}
  %0:2 = mimo.upgrad %g, %g, %g, %g : tensor<f64>, tensor<f64>, tensor<f64>, tensor<f64>
  return
}
