// RUN: mimo-opt %s -split-input-file -verify-diagnostics

func.func @mixed(%a: tensor<?x8xf32>, %b: tensor<?x8xf64>) {
  // expected-error@+1 {{dot: operands f32[batch, 8] and f64[batch, 8] have different element types}}
  %0 = mimo.dot %a, %b : tensor<?x8xf32>, tensor<?x8xf64>
  return
}
