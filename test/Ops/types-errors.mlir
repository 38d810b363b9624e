// What is no value of the language stays out of every op: other element types, tensors without a rank, a run-time size that
// is not in front.
// RUN: mimo-opt %s -split-input-file -verify-diagnostics

func.func @complex(%x: tensor<4xcomplex<f32>>) {
  // expected-error@+1 {{operand #0 must be tensor of f32, f64, i1, i32 or i64 with no run-time size but the batch in front, but got 'tensor<4xcomplex<f32>>'}}
  %0 = mimo.eq %x, %x : tensor<4xcomplex<f32>>, tensor<4xcomplex<f32>>
  return
}

// -----

func.func @index(%x: tensor<4xindex>) {
  // expected-error@+1 {{must be tensor of f32, f64, i1, i32 or i64}}
  %0 = mimo.eq %x, %x : tensor<4xindex>, tensor<4xindex>
  return
}

// -----

func.func @half(%x: tensor<4xf16>) {
  // expected-error@+1 {{must be tensor of f32, f64, i1, i32 or i64}}
  %0 = mimo.neg %x : tensor<4xf16>
  return
}

// -----

func.func @second_dimension(%x: tensor<4x?xf32>) {
  // expected-error@+1 {{with no run-time size but the batch in front, but got 'tensor<4x?xf32>'}}
  %0 = mimo.neg %x : tensor<4x?xf32>
  return
}

// -----

func.func @unranked(%x: tensor<*xf32>) {
  // expected-error@+1 {{with no run-time size but the batch in front, but got 'tensor<*xf32>'}}
  %0 = "mimo.neg"(%x) : (tensor<*xf32>) -> tensor<4xf32>
  return
}

// -----

func.func @no_tensor(%x: f32) {
  // expected-error@+1 {{with no run-time size but the batch in front, but got 'f32'}}
  %0 = "mimo.neg"(%x) : (f32) -> tensor<f32>
  return
}

// -----

// The inferred result type is the only one.
func.func @result(%x: tensor<4xf32>) {
  // expected-error@+2 {{inferred type(s) 'tensor<4xf32>' are incompatible with return type(s) of operation 'tensor<5xf32>'}}
  // expected-error@+1 {{failed to infer returned types}}
  %0 = "mimo.neg"(%x) : (tensor<4xf32>) -> tensor<5xf32>
  return
}

// -----

// Where the misfit was made by another op, a note shows it.
func.func @origin(%x: tensor<?x4xf32>) {
  // expected-note@+1 {{bool[batch, 4] was made here}}
  %0 = mimo.eq %x, %x : tensor<?x4xf32>, tensor<?x4xf32>
  // expected-error@+1 {{tanh: takes a floating-point tensor, not bool[batch, 4]}}
  %1 = mimo.tanh %0 : tensor<?x4xi1>
  return
}
