// RUN: mimo-opt %s -split-input-file -verify-diagnostics

func.func @three(%a: tensor<?x8xf32>) {
  // expected-error@+1 {{einsum: multiplies one or two tensors, not 3}}
  %0 = mimo.einsum "bi,bi,bi->bi" %a, %a, %a : tensor<?x8xf32>, tensor<?x8xf32>, tensor<?x8xf32>
  return
}

// -----

func.func @rank(%a: tensor<?x8xf32>) {
  // expected-error@+1 {{einsum: "bij->bj" has 3 letters for f32[batch, 8]}}
  %0 = mimo.einsum "bij->bj" %a : tensor<?x8xf32>
  return
}

// -----

func.func @mixed(%a: tensor<?x8xf32>, %b: tensor<8xf64>) {
  // expected-error@+1 {{einsum: operands f32[batch, 8] and f64[8] have different element types}}
  %0 = mimo.einsum "bi,i->b" %a, %b : tensor<?x8xf32>, tensor<8xf64>
  return
}
