// RUN: mimo-opt %s -split-input-file -verify-diagnostics

func.func @one_moment(%p: tensor<4xf32>, %g: tensor<4xf32>, %s: tensor<4xf32>, %lr: tensor<f64>, %rng: tensor<3xi64>) {
  // expected-error@+1 {{adamw: these settings need 2 state tensors, not 1}}
  %0:2 = mimo.adamw %p, %g state(%s) lr %lr at %rng {betas = array<f64: 0.9, 0.999>, eps = 1.0e-8, weight_decay = 0.0}
      : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<f64>, tensor<3xi64>
  return
}

// -----

func.func @one_beta(%p: tensor<4xf32>, %g: tensor<4xf32>, %s: tensor<4xf32>, %lr: tensor<f64>, %rng: tensor<3xi64>) {
  // expected-error@+1 {{adamw: betas are two numbers, not 1}}
  %0:3 = mimo.adamw %p, %g state(%s, %s) lr %lr at %rng {betas = array<f64: 0.9>, eps = 1.0e-8, weight_decay = 0.0}
      : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<f64>, tensor<3xi64>
  return
}

// -----

func.func @beta(%p: tensor<4xf32>, %g: tensor<4xf32>, %s: tensor<4xf32>, %lr: tensor<f64>, %rng: tensor<3xi64>) {
  // expected-error@+1 {{adamw: a beta of 1 is outside [0, 1)}}
  %0:3 = mimo.adamw %p, %g state(%s, %s) lr %lr at %rng {betas = array<f64: 0.9, 1.0>, eps = 1.0e-8, weight_decay = 0.0}
      : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<f64>, tensor<3xi64>
  return
}

// -----

func.func @eps(%p: tensor<4xf32>, %g: tensor<4xf32>, %s: tensor<4xf32>, %lr: tensor<f64>, %rng: tensor<3xi64>) {
  // expected-error@+1 {{adamw: eps must not be negative, but is -1e-08}}
  %0:3 = mimo.adamw %p, %g state(%s, %s) lr %lr at %rng {betas = array<f64: 0.9, 0.999>, eps = -1.0e-8, weight_decay = 0.0}
      : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<f64>, tensor<3xi64>
  return
}

// -----

func.func @decay(%p: tensor<4xf32>, %g: tensor<4xf32>, %s: tensor<4xf32>, %lr: tensor<f64>, %rng: tensor<3xi64>) {
  // expected-error@+1 {{adamw: weight_decay must not be negative, but is -0.01}}
  %0:3 = mimo.adamw %p, %g state(%s, %s) lr %lr at %rng {betas = array<f64: 0.9, 0.999>, eps = 1.0e-8, weight_decay = -0.01}
      : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<f64>, tensor<3xi64>
  return
}

// -----

func.func @gradient(%p: tensor<4xf32>, %g: tensor<4x1xf32>, %s: tensor<4xf32>, %lr: tensor<f64>, %rng: tensor<3xi64>) {
  // expected-error@+1 {{adamw: a parameter f32[4] cannot be updated with f32[4, 1]}}
  %0:3 = mimo.adamw %p, %g state(%s, %s) lr %lr at %rng {betas = array<f64: 0.9, 0.999>, eps = 1.0e-8, weight_decay = 0.0}
      : tensor<4xf32>, tensor<4x1xf32>, tensor<4xf32>, tensor<4xf32>, tensor<f64>, tensor<3xi64>
  return
}
