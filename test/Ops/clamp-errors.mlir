// RUN: mimo-opt %s -split-input-file -verify-diagnostics

func.func @integers(%x: tensor<?x4xi64>) {
  // expected-error@+1 {{clamp: takes a floating-point tensor, not i64[batch, 4]}}
  %0 = mimo.clamp %x {min = -1.0, max = 2.0} : tensor<?x4xi64>
  return
}

// -----

func.func @flags(%x: tensor<i1>) {
  // expected-error@+1 {{clamp: takes a floating-point tensor, not bool[]}}
  %0 = mimo.clamp %x {min = -1.0, max = 2.0} : tensor<i1>
  return
}

// -----

func.func @unbounded(%x: tensor<?x4xf32>) {
  // expected-error@+1 {{clamp: needs a bound: give 'min', 'max' or both}}
  %0 = mimo.clamp %x : tensor<?x4xf32>
  return
}
