// What figures count, and what a metric keeps, in IR that no front end wrote.
// RUN: mimo-opt %s -split-input-file -verify-diagnostics

func.func @rank(%x: tensor<?x4xf32>, %w: tensor<?xf32>) {
  // expected-error@+1 {{rmse: counts f32[batch] do not stand beside the target f32[batch, 4]}}
  %0:2 = mimo.rmse %x, %x counting %w : tensor<?xf32> : tensor<?x4xf32>, tensor<?x4xf32>
  return
}

// -----

func.func @size(%x: tensor<?x4xf32>, %t: tensor<?xi64>, %w: tensor<3xf32>) {
  // expected-error@+1 {{confusion: counts f32[3] do not stand beside the target i64[batch]}}
  %0 = mimo.confusion %x, %t counting %w : tensor<3xf32> : tensor<?x4xf32>, tensor<?xi64>
  return
}

// -----

func.func @type(%x: tensor<?x4xf32>, %t: tensor<?xi64>, %w: tensor<?xi1>) {
  // expected-error@+1 {{f1: counts bool[batch] do not stand beside the target i64[batch]}}
  %0:3 = mimo.f1 %x, %t counting %w : tensor<?xi1> average "micro" : tensor<?x4xf32>, tensor<?xi64>
  return
}

// -----

func.func @fields(%x: tensor<f64>) {
  // expected-error@+1 {{metric: names 2 fields and has 1 states}}
  mimo.metric "m" "ratio" of ["sum", "divisor"] %x : tensor<f64>
  return
}

// -----

func.func @rows(%x: tensor<?xf64>) {
  // expected-error@+1 {{metric: its states are sums over rows, of floating-point type and without the batch, not f64[batch]}}
  mimo.metric "m" "ratio" of ["sum"] %x : tensor<?xf64>
  return
}
