// The optimizer of a model: its rule exists, and its settings are checked where they stand.
// RUN: mimo-opt %s -split-input-file -verify-diagnostics

mimo.model @Rule attributes {prefix = "m", precision = f32, seed = 0 : ui64} {
  // expected-error@+1 {{optimizer: there is no rule 'adamax'}}
  mimo.optimizer "adamax" lr 0.1 {}
}

// -----

// An op of the dialect that is no rule.
mimo.model @NoRule attributes {prefix = "m", precision = f32, seed = 0 : ui64} {
  // expected-error@+1 {{optimizer: there is no rule 'tanh'}}
  mimo.optimizer "tanh" lr 0.1 {}
}

// -----

mimo.model @Betas attributes {prefix = "m", precision = f32, seed = 0 : ui64} {
  // expected-error@+1 {{adam: betas are two numbers, not 3}}
  mimo.optimizer "adam" lr 0.1 {betas = array<f64: 0.9, 0.99, 0.999>, eps = 1.0e-8, weight_decay = 0.0}
}

// -----

mimo.model @Momentum attributes {prefix = "m", precision = f32, seed = 0 : ui64} {
  // expected-error@+1 {{sgd: momentum must not be negative, but is -1}}
  mimo.optimizer "sgd" lr 0.1 {momentum = -1.0, dampening = 0.0, weight_decay = 0.0, nesterov = false}
}
