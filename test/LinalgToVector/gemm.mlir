// RUN: mimo-opt --mimoc-linalg-to-vector="vector-bits=512" --canonicalize --cse %s | FileCheck %s
// RUN: mimo-opt --mimoc-linalg-to-vector="vector-bits=128 vector-registers=16 fma=false" --canonicalize --cse %s | FileCheck %s --check-prefix=SSE

#mk = affine_map<(m, n, k) -> (m, k)>
#kn = affine_map<(m, n, k) -> (k, n)>
#mn = affine_map<(m, n, k) -> (m, n)>

// A batch of any size: tiles of eight rows and two vectors, then of four, whose rows behind the end are the last row
// again. No mask, as 32 columns are whole vectors, and every tile multiplies and adds in the same order.
// CHECK-LABEL: func.func @forward
// CHECK:       scf.for %{{.*}} step %c8
// CHECK-COUNT-16: vector.load
// CHECK:       scf.for %{{.*}} = %c0 to %c64 step %c1 iter_args
// CHECK-COUNT-2: vector.load
// CHECK-COUNT-16: math.fma
// CHECK-COUNT-16: vector.store
// CHECK:       scf.for %{{.*}} step %c4
// CHECK-COUNT-3: arith.minsi
// CHECK-COUNT-8: math.fma
// CHECK-NOT:   math.fma
// CHECK-NOT:   mask
// SSE-LABEL:   func.func @forward
// SSE-NOT:     math.fma
// SSE:         arith.mulf {{.*}} : vector<4xf32>
// SSE-NEXT:    arith.addf {{.*}} : vector<4xf32>
func.func @forward(%x: memref<?x64xf32>, %w: memref<64x32xf32>, %y: memref<?x32xf32>) {
  linalg.generic {indexing_maps = [#mk, #kn, #mn], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%x, %w : memref<?x64xf32>, memref<64x32xf32>) outs(%y : memref<?x32xf32>) {
  ^bb0(%a: f32, %b: f32, %sum: f32):
    %next = math.fma %a, %b, %sum : f32
    linalg.yield %next : f32
  }
  return
}

// Ten columns are one masked vector; the mask is a constant.
// CHECK-LABEL: func.func @few_columns
// CHECK:       %[[MASK:.*]] = vector.constant_mask [10] : vector<16xi1>
// CHECK:       scf.for %{{.*}} iter_args
// CHECK:       vector.maskedload %{{.*}}, %[[MASK]]
// CHECK-COUNT-8: math.fma
func.func @few_columns(%x: memref<16x64xf32>, %w: memref<64x10xf32>, %y: memref<16x10xf32>) {
  linalg.generic {indexing_maps = [#mk, #kn, #mn], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%x, %w : memref<16x64xf32>, memref<64x10xf32>) outs(%y : memref<16x10xf32>) {
  ^bb0(%a: f32, %b: f32, %sum: f32):
    %next = math.fma %a, %b, %sum : f32
    linalg.yield %next : f32
  }
  return
}

// The gradient of the weights, X^T dY: the batch is the sum. Fixed rows need no other tile than theirs.
// CHECK-LABEL: func.func @weights
// CHECK:       scf.for %{{.*}} = %c0 to %c64 step %c8
// CHECK:       scf.for %{{.*}} iter_args
// CHECK-COUNT-16: math.fma
// CHECK-NOT:   math.fma
func.func @weights(%x: memref<?x64xf32>, %dy: memref<?x32xf32>, %dw: memref<64x32xf32>) {
  linalg.generic {indexing_maps = [affine_map<(m, n, k) -> (k, m)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%x, %dy : memref<?x64xf32>, memref<?x32xf32>) outs(%dw : memref<64x32xf32>) {
  ^bb0(%a: f32, %b: f32, %sum: f32):
    %next = math.fma %a, %b, %sum : f32
    linalg.yield %next : f32
  }
  return
}

// The gradient of weights that were used at every place of a sequence: batch and length are one sum, so the tile stays in
// registers for all of it.
// CHECK-LABEL: func.func @sequence_weights
// CHECK:       %[[STEPS:.*]] = arith.muli %{{.*}}, %c12
// CHECK:       scf.for %{{.*}} = %c0 to %[[STEPS]] step %c512
// CHECK:       math.fma
func.func @sequence_weights(%x: memref<?x12x64xf32>, %dy: memref<?x12x32xf32>, %dw: memref<64x32xf32>) {
  linalg.generic {indexing_maps = [affine_map<(m, n, b, s) -> (b, s, m)>, affine_map<(m, n, b, s) -> (b, s, n)>, affine_map<(m, n, b, s) -> (m, n)>],
                  iterator_types = ["parallel", "parallel", "reduction", "reduction"]}
    ins(%x, %dy : memref<?x12x64xf32>, memref<?x12x32xf32>) outs(%dw : memref<64x32xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %s = math.fma %a, %b, %c : f32
    linalg.yield %s : f32
  }
  return
}

// Scores of attention from [batch, length, heads, size]: loops over batch and heads around the tiles.
// CHECK-LABEL: func.func @heads
// CHECK:       scf.for %{{.*}} = %c0 to %{{.*}} step %c1
// CHECK:         scf.for %{{.*}} = %c0 to %c4 step %c1
// CHECK:         math.fma
func.func @heads(%q: memref<?x32x4x16xf32>, %k: memref<?x4x16x32xf32>, %s: memref<?x4x32x32xf32>) {
  linalg.generic {indexing_maps = [affine_map<(b, h, m, n, d) -> (b, m, h, d)>, affine_map<(b, h, m, n, d) -> (b, h, d, n)>, affine_map<(b, h, m, n, d) -> (b, h, m, n)>],
                  iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]}
    ins(%q, %k : memref<?x32x4x16xf32>, memref<?x4x16x32xf32>) outs(%s : memref<?x4x32x32xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %t = math.fma %a, %b, %c : f32
    linalg.yield %t : f32
  }
  return
}

// A convolution, channels last: every row of windows is a product of matrices, whose sum runs over the row of a window and its
// channels (merged) inside and over the rows of the kernel outside.
// CHECK-LABEL: func.func @convolution
// CHECK:       scf.for %{{.*}} = %c0 to %c3 step %c1
// CHECK:       scf.for %{{.*}} = %c0 to %c48 step %c1 iter_args
// CHECK-COUNT-16: math.fma
// CHECK:       vector.store
func.func @convolution(%x: memref<4x10x10x16xf32>, %w: memref<3x3x16x32xf32>, %y: memref<4x8x8x32xf32>) {
  linalg.generic {indexing_maps = [affine_map<(b, y, x, f, i, j, c) -> (b, y + i, x + j, c)>, affine_map<(b, y, x, f, i, j, c) -> (i, j, c, f)>,
                                   affine_map<(b, y, x, f, i, j, c) -> (b, y, x, f)>],
                  iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]}
      ins(%x, %w : memref<4x10x10x16xf32>, memref<3x3x16x32xf32>) outs(%y : memref<4x8x8x32xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %1 = math.fma %a, %b, %c : f32
    linalg.yield %1 : f32
  }
  return
}

// Windows (x) and kernel (j) write the same elements, so they make no tile of registers: each sum is read and written at once.
// CHECK-LABEL: func.func @overlapping
// CHECK-NOT:   iter_args
// CHECK:       %[[SUM:.*]] = vector.maskedload %arg2
// CHECK-NEXT:  %[[NEXT:.*]] = math.fma {{.*}}, %[[SUM]]
// CHECK-NEXT:  vector.maskedstore {{.*}}, %[[NEXT]]
// CHECK-NOT:   math.fma
// CHECK:       return
func.func @overlapping(%g: memref<8xf32>, %w: memref<3xf32>, %y: memref<10xf32>) {
  linalg.generic {indexing_maps = [affine_map<(x, j) -> (x)>, affine_map<(x, j) -> (j)>, affine_map<(x, j) -> (x + j)>],
                  iterator_types = ["reduction", "reduction"]}
      ins(%g, %w : memref<8xf32>, memref<3xf32>) outs(%y : memref<10xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %1 = math.fma %a, %b, %c : f32
    linalg.yield %1 : f32
  }
  return
}

// A filter of 4 MiB: whole images meet two vectors of its columns before the next two, inside the loops over its window and
// depth. One that is smaller stays near, and each row of an image meets all of it.
// CHECK-LABEL: func.func @deep_filter
// CHECK:       scf.for %{{.*}} = %c0 to %c2 step %c1
// CHECK:         scf.for %{{.*}} = %c0 to %c1024 step %c512
// CHECK:           scf.for %{{.*}} = %c0 to %c512 step %c32
// CHECK:             scf.for %{{.*}} = %c0 to %dim step %c1
// CHECK:               scf.for %{{.*}} = %c0 to %c7 step %c1
// CHECK:                 math.fma
// CHECK-LABEL: func.func @shallow_filter
// CHECK:       scf.for %{{.*}} = %c0 to %dim step %c1
// CHECK:         scf.for %{{.*}} = %c0 to %c7 step %c1
// CHECK:           scf.for %{{.*}} = %c0 to %c2 step %c1
// CHECK:             scf.for %{{.*}} = %c0 to %c512 step %c32
func.func @deep_filter(%x: memref<?x8x9x1024xf32>, %w: memref<2x1024x512xf32>, %y: memref<?x7x7x512xf32>) {
  linalg.generic {indexing_maps = [affine_map<(n, h, w, o, k, c) -> (n, h + k, w, c)>, affine_map<(n, h, w, o, k, c) -> (k, c, o)>,
                                   affine_map<(n, h, w, o, k, c) -> (n, h, w, o)>],
                  iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction"]}
      ins(%x, %w : memref<?x8x9x1024xf32>, memref<2x1024x512xf32>) outs(%y : memref<?x7x7x512xf32>) {
  ^bb0(%a: f32, %b: f32, %sum: f32):
    %next = math.fma %a, %b, %sum : f32
    linalg.yield %next : f32
  }
  return
}
func.func @shallow_filter(%x: memref<?x8x9x256xf32>, %w: memref<2x256x512xf32>, %y: memref<?x7x7x512xf32>) {
  linalg.generic {indexing_maps = [affine_map<(n, h, w, o, k, c) -> (n, h + k, w, c)>, affine_map<(n, h, w, o, k, c) -> (k, c, o)>,
                                   affine_map<(n, h, w, o, k, c) -> (n, h, w, o)>],
                  iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction"]}
      ins(%x, %w : memref<?x8x9x256xf32>, memref<2x256x512xf32>) outs(%y : memref<?x7x7x512xf32>) {
  ^bb0(%a: f32, %b: f32, %sum: f32):
    %next = math.fma %a, %b, %sum : f32
    linalg.yield %next : f32
  }
  return
}

// A product and a sum that were fused keep their two roundings: apart, in another function, they have them, too.
// CHECK-LABEL: func.func @fused_later
// CHECK-NOT:   math.fma
// CHECK:       arith.mulf {{.*}} : vector<16xf32>
// CHECK-NEXT:  arith.addf {{.*}} : vector<16xf32>
// CHECK-NOT:   math.fma
// CHECK:       return
func.func @fused_later(%x: memref<8x64xf32>, %w: memref<64x32xf32>, %y: memref<8x32xf32>) {
  linalg.matmul ins(%x, %w : memref<8x64xf32>, memref<64x32xf32>) outs(%y : memref<8x32xf32>)
  return
}

// One column: lanes of a sum along k, each with one rounding; the lanes are added.
// CHECK-LABEL: func.func @one_column
// CHECK:       math.fma {{.*}} : vector<16xf32>
// CHECK-NOT:   arith.mulf
// CHECK:       arith.addf
// CHECK:       return
func.func @one_column(%x: memref<8x64xf32>, %w: memref<64x1xf32>, %y: memref<8x1xf32>) {
  linalg.generic {indexing_maps = [#mk, #kn, #mn], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%x, %w : memref<8x64xf32>, memref<64x1xf32>) outs(%y : memref<8x1xf32>) {
  ^bb0(%a: f32, %b: f32, %sum: f32):
    %next = math.fma %a, %b, %sum : f32
    linalg.yield %next : f32
  }
  return
}
