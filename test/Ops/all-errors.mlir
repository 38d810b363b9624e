// RUN: mimo-opt %s -verify-diagnostics

func.func @numbers(%x: tensor<?x4xf32>) {
  // expected-error@+1 {{all: takes conditions (bool), not f32[batch, 4]; a comparison makes them: x != 0}}
  %0 = mimo.all %x over [1] keepdim false : tensor<?x4xf32>
  return
}
