// RUN: mimo-opt %s -split-input-file -verify-diagnostics

func.func @batch(%x: tensor<?x4xf32>) {
  // expected-error@+1 {{rmsnorm: axis 0 of f32[batch, 4] is the batch; each sample is normalised by itself}}
  %0 = mimo.rmsnorm %x from 0 eps 1.0e-5 : tensor<?x4xf32>
  return
}

// -----

func.func @weight(%x: tensor<?x4xf32>, %w: tensor<3xf32>) {
  // expected-error@+1 {{rmsnorm: weight f32[3] does not fit f32[batch, 4]; it must be f32[4]}}
  %0 = mimo.rmsnorm %x weight %w from 1 eps 1.0e-5 : tensor<?x4xf32>, tensor<3xf32>
  return
}
