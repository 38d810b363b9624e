// RUN: mimo-opt %s -split-input-file -verify-diagnostics

func.func @four(%g: tensor<f64>, %rng: tensor<3xi64>) {
  // expected-error@+1 {{pcgrad: 4 inner products are not those of 2 to 8 gradients}}
  %0:2 = mimo.pcgrad %g, %g, %g, %g random %rng {site = 1} : tensor<f64>, tensor<f64>, tensor<f64>, tensor<f64> random tensor<3xi64>
  return
}
