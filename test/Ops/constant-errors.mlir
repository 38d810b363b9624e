// RUN: mimo-opt %s -split-input-file -verify-diagnostics

func.func @vector() {
  // expected-error@+1 {{constant: the value must be one number or bool, or a table of them}}
  %0 = mimo.constant dense<1.0> : vector<4xf32>
  return
}

// -----

func.func @text() {
  // expected-error@+1 {{constant: the value must be one number or bool}}
  %0 = mimo.constant "1"
  return
}

// -----

func.func @type() {
  // expected-error@+1 {{'mimo.constant' op result #0 must be tensor of f32, f64, i1, i32 or i64}}
  %0 = mimo.constant 1.0 : f16
  return
}
