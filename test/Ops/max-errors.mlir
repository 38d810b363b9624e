// RUN: mimo-opt %s -split-input-file -verify-diagnostics

func.func @axis(%x: tensor<?x4xf32>) {
  // expected-error@+1 {{max: axis -3 does not exist in f32[batch, 4]}}
  %0 = mimo.max %x over [-3] keepdim false : tensor<?x4xf32>
  return
}

// -----

func.func @bools(%x: tensor<?x4xi1>) {
  // expected-error@+1 {{max: takes numbers, not bool[batch, 4]}}
  %0 = mimo.max %x over [1] keepdim false : tensor<?x4xi1>
  return
}
