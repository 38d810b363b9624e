// RUN: mimo-opt %s -split-input-file -verify-diagnostics

func.func @certain(%x: tensor<?x2x3xf32>, %r: tensor<3xi64>) {
  // expected-error@+1 {{dropout2d: probability 1 is outside [0, 1)}}
  %0 = mimo.dropout2d %x, %r {p = 1.0, site = 1 : i64} : tensor<?x2x3xf32>, tensor<3xi64>
  return
}

// -----

func.func @features(%x: tensor<?x2xf32>, %r: tensor<3xi64>) {
  // expected-error@+1 {{dropout2d: input is f32[batch, 2], not [batch, channels, length] or [batch, channels, height, width]}}
  %0 = mimo.dropout2d %x, %r {p = 0.5, site = 1 : i64} : tensor<?x2xf32>, tensor<3xi64>
  return
}
