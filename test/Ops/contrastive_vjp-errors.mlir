// RUN: mimo-opt %s -split-input-file -verify-diagnostics

func.func @operand(%a: tensor<?x4xf32>, %g: tensor<?xf32>) {
  // expected-error@+1 {{contrastive_vjp: operand 2 is neither a (0) nor b (1)}}
  %0 = mimo.contrastive_vjp %a, %a by %g {temperature = 1.0, symmetric = false, operand = 2} : tensor<?x4xf32>, tensor<?x4xf32>, tensor<?xf32>
  return
}

// -----

func.func @cotangent(%a: tensor<?x4xf32>, %g: tensor<?x1xf32>) {
  // expected-error@+1 {{contrastive: the cotangent is f32[batch, 1], not one number a row}}
  %0 = mimo.contrastive_vjp %a, %a by %g {temperature = 1.0, symmetric = false, operand = 0} : tensor<?x4xf32>, tensor<?x4xf32>, tensor<?x1xf32>
  return
}
