// RUN: mimo-opt %s -split-input-file -verify-diagnostics

func.func @mixed(%q: tensor<?x5x4xf32>, %k: tensor<?x5x4xf64>) {
  // expected-error@+1 {{attention_weights: queries f32[batch, 5, 4] and keys f64[batch, 5, 4] must agree in rank and type}}
  %0 = mimo.attention_weights %q, %k causal false scale 1.0 : tensor<?x5x4xf32>, tensor<?x5x4xf64>
  return
}

// -----

func.func @batches(%q: tensor<?x5x4xf32>, %k: tensor<3x5x4xf32>) {
  // expected-error@+1 {{attention_weights: queries f32[batch, 5, 4] and keys f32[3, 5, 4] differ before their last two dimensions}}
  %0 = mimo.attention_weights %q, %k causal false scale 1.0 : tensor<?x5x4xf32>, tensor<3x5x4xf32>
  return
}
