// RUN: mimo-opt %s -split-input-file -verify-diagnostics

func.func @types(%x: tensor<?x4xf32>, %y: tensor<?x4xf64>) {
  // expected-error@+1 {{pow: operands f32[batch, 4] and f64[batch, 4] have different element types}}
  %0 = mimo.power %x, %y : tensor<?x4xf32>, tensor<?x4xf64>
  return
}

// -----

func.func @integers(%x: tensor<?x4xf32>, %y: tensor<?x4xi64>) {
  // expected-error@+1 {{pow: takes floating-point tensors, not i64[batch, 4]}}
  %0 = mimo.power %x, %y : tensor<?x4xf32>, tensor<?x4xi64>
  return
}

// -----

func.func @shapes(%x: tensor<?x4xf32>, %y: tensor<?x3xf32>) {
  // expected-error@+1 {{pow: operands f32[batch, 4] and f32[batch, 3] do not fit: dimension 1 differs}}
  %0 = mimo.power %x, %y : tensor<?x4xf32>, tensor<?x3xf32>
  return
}
