// RUN: mimo-opt %s -split-input-file -verify-diagnostics

func.func @axis(%x: tensor<?x4xf32>) {
  // expected-error@+1 {{cumsum: axis 2 does not exist in f32[batch, 4]}}
  %0 = mimo.cumsum %x along 2 exclusive false reverse false : tensor<?x4xf32>
  return
}

// -----

func.func @integers(%x: tensor<?x4xi1>) {
  // expected-error@+1 {{cumsum: takes numbers, not bool[batch, 4]; select(x, 1, 0) makes numbers of conditions}}
  %0 = mimo.cumsum %x along 1 exclusive false reverse false : tensor<?x4xi1>
  return
}
