// RUN: mimo-opt %s -split-input-file -verify-diagnostics

func.func @axis(%x: tensor<?x4xf32>) {
  // expected-error@+1 {{concat: axis 2 does not exist in f32[batch, 4]}}
  %0 = mimo.concat %x, %x along 2 : tensor<?x4xf32>, tensor<?x4xf32>
  return
}

// -----

func.func @negative_axis(%x: tensor<?x4xf32>) {
  // expected-error@+1 {{concat: axis -1 does not exist in f32[batch, 4]}}
  %0 = mimo.concat %x, %x along -1 : tensor<?x4xf32>, tensor<?x4xf32>
  return
}

// -----

func.func @batch(%x: tensor<?x4xf32>) {
  // expected-error@+1 {{concat: cannot join along the batch (axis 0 of f32[batch, 4])}}
  %0 = mimo.concat %x, %x along 0 : tensor<?x4xf32>, tensor<?x4xf32>
  return
}

// -----

func.func @rank(%x: tensor<?x4xf32>, %y: tensor<?x4x1xf32>) {
  // expected-error@+1 {{concat: along axis 1, f32[batch, 4] and f32[batch, 4, 1] must agree in everything else}}
  %0 = mimo.concat %x, %y along 1 : tensor<?x4xf32>, tensor<?x4x1xf32>
  return
}

// -----

func.func @types(%x: tensor<?x4xf32>, %y: tensor<?x4xf64>) {
  // expected-error@+1 {{concat: along axis 1, f32[batch, 4] and f64[batch, 4] must agree in everything else}}
  %0 = mimo.concat %x, %y along 1 : tensor<?x4xf32>, tensor<?x4xf64>
  return
}

// -----

func.func @sizes(%x: tensor<?x2x4xf32>, %y: tensor<?x3x4xf32>) {
  // expected-error@+1 {{concat: along axis 2, f32[batch, 2, 4] and f32[batch, 3, 4] must agree in everything else}}
  %0 = mimo.concat %x, %y along 2 : tensor<?x2x4xf32>, tensor<?x3x4xf32>
  return
}

// -----

func.func @nothing() {
  // expected-error@+2 {{concat: needs at least one tensor}}
  // expected-error@+1 {{'mimo.concat' op failed to infer returned types}}
  %0 = "mimo.concat"() {axis = 0 : i64} : () -> tensor<f32>
  return
}
