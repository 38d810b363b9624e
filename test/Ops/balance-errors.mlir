// What mimo.balance refuses; also what the rules say of their settings.
// RUN: mimo-opt %s -split-input-file -verify-diagnostics

mimo.model @M attributes {prefix = "m", precision = f32, seed = 0 : ui64} {
  %x = mimo.input "x" : tensor<?xf32>
  %s = mimo.param "s" init "constant" (0.0, 0.0) : tensor<4xf32>
  // expected-error@+1 {{balance: there is no rule 'nothing'}}
  mimo.balance "nothing" of ["a", "b"] {}
}

// -----

mimo.model @M attributes {prefix = "m", precision = f32, seed = 0 : ui64} {
  %x = mimo.input "x" : tensor<?xf32>
  %s = mimo.param "s" init "constant" (0.0, 0.0) : tensor<4xf32>
  // expected-error@+1 {{geometric: balances at least two losses, not 1}}
  mimo.balance "geometric" of ["a"] {}
}

// -----

mimo.model @M attributes {prefix = "m", precision = f32, seed = 0 : ui64} {
  %x = mimo.input "x" : tensor<?xf32>
  %s = mimo.param "s" init "constant" (0.0, 0.0) : tensor<4xf32>
  // expected-error@+1 {{random: draws random numbers and needs the random state}}
  mimo.balance "random" of ["a", "b"] {site = 1}
}

// -----

mimo.model @M attributes {prefix = "m", precision = f32, seed = 0 : ui64} {
  %x = mimo.input "x" : tensor<?xf32>
  %s = mimo.param "s" init "constant" (0.0, 0.0) : tensor<4xf32>
  // expected-error@+1 {{dwa: keeps 2 tensors, not 1}}
  mimo.balance "dwa" of ["a", "b"] {period = 1, temperature = 1.0} keeps %s : tensor<4xf32>
}

// -----

mimo.model @M attributes {prefix = "m", precision = f32, seed = 0 : ui64} {
  %x = mimo.input "x" : tensor<?xf32>
  %s = mimo.param "s" init "constant" (0.0, 0.0) : tensor<4xf32>
  // expected-error@+1 {{dwa: temperature must be positive, but is 0}}
  mimo.balance "dwa" of ["a", "b"] {period = 1, temperature = 0.0} keeps %s, %s : tensor<4xf32>, tensor<4xf32>
}

// -----

mimo.model @M attributes {prefix = "m", precision = f32, seed = 0 : ui64} {
  %x = mimo.input "x" : tensor<?xf32>
  %s = mimo.param "s" init "constant" (0.0, 0.0) : tensor<4xf32>
  // expected-error@+1 {{dwa: a period of 16777217 steps is outside 1 to 16777216}}
  mimo.balance "dwa" of ["a", "b"] {period = 16777217, temperature = 1.0} keeps %s, %s : tensor<4xf32>, tensor<4xf32>
}

// -----

mimo.model @M attributes {prefix = "m", precision = f32, seed = 0 : ui64} {
  %x = mimo.input "x" : tensor<?xf32>
  %s = mimo.param "s" init "constant" (0.0, 0.0) : tensor<4xf32>
  // expected-error@+1 {{dwa: needs a temperature and a period}}
  mimo.balance "dwa" of ["a", "b"] {} keeps %s, %s : tensor<4xf32>, tensor<4xf32>
}

// -----

mimo.model @M attributes {prefix = "m", precision = f32, seed = 0 : ui64} {
  %x = mimo.input "x" : tensor<?xf32>
  %s = mimo.param "s" init "constant" (0.0, 0.0) : tensor<4xf32>
  // expected-error@+1 {{tchebycheff: mu must be positive, but is -1}}
  mimo.balance "tchebycheff" of ["a", "b"] {mu = -1.0}
}

// -----

mimo.model @M attributes {prefix = "m", precision = f32, seed = 0 : ui64} {
  %x = mimo.input "x" : tensor<?xf32>
  %s = mimo.param "s" init "constant" (0.0, 0.0) : tensor<4xf32>
  // expected-error@+1 {{tchebycheff: a weight must be positive, but is 0}}
  mimo.balance "tchebycheff" of ["a", "b"] {mu = 1.0, weights = array<f64: 1.0, 0.0>}
}

// -----

mimo.model @M attributes {prefix = "m", precision = f32, seed = 0 : ui64} {
  %x = mimo.input "x" : tensor<?xf32>
  %s = mimo.param "s" init "constant" (0.0, 0.0) : tensor<4xf32>
  // expected-error@+1 {{tchebycheff: ideal are 1 numbers for 2 losses}}
  mimo.balance "tchebycheff" of ["a", "b"] {ideal = array<f64: 1.0>, mu = 1.0}
}

// -----

mimo.model @M attributes {prefix = "m", precision = f32, seed = 0 : ui64} {
  // expected-error@+1 {{mgda: compares gradients and needs the values that the losses share}}
  mimo.balance "mgda" of ["a", "b"] {}
}

// -----

mimo.model @M attributes {prefix = "m", precision = f32, seed = 0 : ui64} {
  %x = mimo.input "x" : tensor<?xf32>
  // expected-error@+1 {{upgrad: balances at most 8 losses, not 9}}
  mimo.balance "upgrad" of ["a", "b", "c", "d", "e", "f", "g", "h", "i"] {} at %x : tensor<?xf32> called ["x"]
}
