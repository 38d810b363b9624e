// RUN: mimo-opt --mimoc-linalg-to-vector --split-input-file --verify-diagnostics %s

#id = affine_map<(i) -> (i)>

func.func @half(%x: memref<8xf32>, %y: memref<8xf32>) {
  // expected-error @below {{operand 0 is indexed by 'd0 floordiv 2', which is not a sum of multiples of loop indices}}
  linalg.generic {indexing_maps = [affine_map<(i) -> (i floordiv 2)>, #id], iterator_types = ["parallel"]}
      ins(%x : memref<8xf32>) outs(%y : memref<8xf32>) {
  ^bb0(%a: f32, %o: f32):
    linalg.yield %a : f32
  }
  return
}

// -----

func.func @tensors(%x: tensor<8xf32>, %y: tensor<8xf32>) -> tensor<8xf32> {
  // expected-error @below {{'linalg.copy' still works on tensors}}
  %r = linalg.copy ins(%x : tensor<8xf32>) outs(%y : tensor<8xf32>) -> tensor<8xf32>
  return %r : tensor<8xf32>
}

// -----

func.func @bits(%x: memref<8xi1>, %y: memref<8xi1>) {
  // expected-error @below {{operand 0 is a buffer of i1; store booleans as i8}}
  linalg.copy ins(%x : memref<8xi1>) outs(%y : memref<8xi1>)
  return
}
