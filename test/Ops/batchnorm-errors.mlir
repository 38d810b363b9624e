// RUN: mimo-opt %s -split-input-file -verify-diagnostics

func.func @weight(%x: tensor<?x6x3xf32>, %m: tensor<6xf32>, %w: tensor<3xf32>) {
  // expected-error@+1 {{batchnorm: weight f32[3] does not fit the channels of f32[batch, 6, 3]}}
  %0:3 = mimo.batchnorm %x running %m, %m weight %w eps 1.000000e-05 : tensor<?x6x3xf32>, tensor<6xf32>, tensor<6xf32>, tensor<3xf32>
  return
}

// -----

func.func @running(%x: tensor<?x6x3xf32>, %m: tensor<6xf32>, %v: tensor<f32>) {
  // expected-error@+1 {{batchnorm: running_var f32[] does not fit the channels of f32[batch, 6, 3]}}
  %0:3 = mimo.batchnorm %x running %m, %v eps 1.000000e-05 : tensor<?x6x3xf32>, tensor<6xf32>, tensor<f32>
  return
}

// -----

mimo.model @M attributes {precision = f32, prefix = "m", seed = 0 : ui64} {
  // expected-note@+1 {{f32[3] was made here}}
  %0 = mimo.param "w" init "constant"(1.0, 0.0) : tensor<3xf32>
  // expected-error@+1 {{next: this is no buffer}}
  mimo.next %0 = %0 observing() : tensor<3xf32>, tensor<3xf32>
}

// -----

mimo.model @M attributes {precision = f32, prefix = "m", seed = 0 : ui64} {
  // expected-note@+1 {{f32[3] was made here}}
  %0 = mimo.param "m" init "constant"(1.0, 0.0) {buffer} : tensor<3xf32>
  %1 = mimo.param "n" init "constant"(1.0, 0.0) {buffer} : tensor<f32>
  // expected-error@+1 {{next: a buffer f32[3] cannot hold f32[]}}
  mimo.next %0 = %1 observing() : tensor<3xf32>, tensor<f32>
}
