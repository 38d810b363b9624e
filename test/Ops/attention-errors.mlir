// RUN: mimo-opt %s -split-input-file -verify-diagnostics

func.func @integers(%q: tensor<?x5x4xi32>, %m: tensor<?x5xi1>) {
  // expected-error@+1 {{attention: takes floating-point tensors, not i32[batch, 5, 4]}}
  %0 = mimo.attention %q, %q, %q mask %m causal false scale 1.0 : tensor<?x5x4xi32>, tensor<?x5x4xi32>, tensor<?x5x4xi32>, tensor<?x5xi1>
  return
}

// -----

func.func @mixed(%q: tensor<?x5x4xf32>, %v: tensor<?x5x4xf64>) {
  // expected-error@+1 {{attention: keys f32[batch, 5, 4] and values f64[batch, 5, 4] must agree in rank and type}}
  %0 = mimo.attention %q, %q, %v causal false scale 1.0 : tensor<?x5x4xf32>, tensor<?x5x4xf32>, tensor<?x5x4xf64>
  return
}
