// RUN: mimo-opt %s -split-input-file -verify-diagnostics

func.func @state_without_momentum(%p: tensor<4xf32>, %g: tensor<4xf32>, %s: tensor<4xf32>, %lr: tensor<f64>, %rng: tensor<3xi64>) {
  // expected-error@+1 {{sgd: these settings need 0 state tensors, not 1}}
  %0:2 = mimo.sgd %p, %g state(%s) lr %lr at %rng {momentum = 0.0, dampening = 0.0, weight_decay = 0.0, nesterov = false}
      : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<f64>, tensor<3xi64>
  return
}

// -----

func.func @momentum_without_state(%p: tensor<4xf32>, %g: tensor<4xf32>, %s: tensor<4xf32>, %lr: tensor<f64>, %rng: tensor<3xi64>) {
  // expected-error@+1 {{sgd: these settings need 1 state tensor, not 0}}
  %0 = mimo.sgd %p, %g state() lr %lr at %rng {momentum = 0.9, dampening = 0.0, weight_decay = 0.0, nesterov = false}
      : tensor<4xf32>, tensor<4xf32>, tensor<f64>, tensor<3xi64>
  return
}

// -----

func.func @gradient(%p: tensor<4xf32>, %g: tensor<5xf32>, %lr: tensor<f64>, %rng: tensor<3xi64>) {
  // expected-error@+1 {{sgd: a parameter f32[4] cannot be updated with f32[5]}}
  %0 = mimo.sgd %p, %g state() lr %lr at %rng {momentum = 0.0, dampening = 0.0, weight_decay = 0.0, nesterov = false}
      : tensor<4xf32>, tensor<5xf32>, tensor<f64>, tensor<3xi64>
  return
}

// -----

func.func @momentum_type(%p: tensor<4xf32>, %g: tensor<4xf32>, %s: tensor<4xf64>, %lr: tensor<f64>, %rng: tensor<3xi64>) {
  // expected-error@+1 {{sgd: a parameter f32[4] cannot be updated with f64[4]}}
  %0:2 = mimo.sgd %p, %g state(%s) lr %lr at %rng {momentum = 0.9, dampening = 0.0, weight_decay = 0.0, nesterov = false}
      : tensor<4xf32>, tensor<4xf32>, tensor<4xf64>, tensor<f64>, tensor<3xi64>
  return
}

// -----

func.func @rate(%p: tensor<4xf32>, %g: tensor<4xf32>, %lr: tensor<f32>, %rng: tensor<3xi64>) {
  // expected-error@+1 {{'mimo.sgd' op operand #2 must be 0D tensor of 64-bit float values, but got 'tensor<f32>'}}
  %0 = mimo.sgd %p, %g state() lr %lr at %rng {momentum = 0.0, dampening = 0.0, weight_decay = 0.0, nesterov = false}
      : tensor<4xf32>, tensor<4xf32>, tensor<f32>, tensor<3xi64>
  return
}

// -----

func.func @batch(%p: tensor<?xf32>, %g: tensor<?xf32>, %lr: tensor<f64>, %rng: tensor<3xi64>) {
  // expected-error@+1 {{'mimo.sgd' op operand #0 must be statically shaped tensor}}
  %0 = mimo.sgd %p, %g state() lr %lr at %rng {momentum = 0.0, dampening = 0.0, weight_decay = 0.0, nesterov = false}
      : tensor<?xf32>, tensor<?xf32>, tensor<f64>, tensor<3xi64>
  return
}

// -----

func.func @negative_momentum(%p: tensor<4xf32>, %g: tensor<4xf32>, %s: tensor<4xf32>, %lr: tensor<f64>, %rng: tensor<3xi64>) {
  // expected-error@+1 {{sgd: momentum must not be negative, but is -0.9}}
  %0:2 = mimo.sgd %p, %g state(%s) lr %lr at %rng {momentum = -0.9, dampening = 0.0, weight_decay = 0.0, nesterov = false}
      : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<f64>, tensor<3xi64>
  return
}

// -----

func.func @negative_decay(%p: tensor<4xf32>, %g: tensor<4xf32>, %s: tensor<4xf32>, %lr: tensor<f64>, %rng: tensor<3xi64>) {
  // expected-error@+1 {{sgd: weight_decay must not be negative, but is -0.1}}
  %0 = mimo.sgd %p, %g state() lr %lr at %rng {momentum = 0.0, dampening = 0.0, weight_decay = -0.1, nesterov = false}
      : tensor<4xf32>, tensor<4xf32>, tensor<f64>, tensor<3xi64>
  return
}

// -----

func.func @nesterov_without_momentum(%p: tensor<4xf32>, %g: tensor<4xf32>, %s: tensor<4xf32>, %lr: tensor<f64>, %rng: tensor<3xi64>) {
  // expected-error@+1 {{sgd: nesterov needs a momentum, and no dampening}}
  %0 = mimo.sgd %p, %g state() lr %lr at %rng {momentum = 0.0, dampening = 0.0, weight_decay = 0.0, nesterov = true}
      : tensor<4xf32>, tensor<4xf32>, tensor<f64>, tensor<3xi64>
  return
}

// -----

func.func @nesterov_dampened(%p: tensor<4xf32>, %g: tensor<4xf32>, %s: tensor<4xf32>, %lr: tensor<f64>, %rng: tensor<3xi64>) {
  // expected-error@+1 {{sgd: nesterov needs a momentum, and no dampening}}
  %0:2 = mimo.sgd %p, %g state(%s) lr %lr at %rng {momentum = 0.9, dampening = 0.5, weight_decay = 0.0, nesterov = true}
      : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<f64>, tensor<3xi64>
  return
}
