// RUN: mimo-opt %s -split-input-file -verify-diagnostics

func.func @size(%x: tensor<?x3x4xf32>) {
  // expected-error@+1 {{adaptive_avgpool: needs a size of at least 1 for each of 1 spatial dimensions}}
  %0 = mimo.adaptive_avgpool %x to [2, 2] : tensor<?x3x4xf32>
  return
}
