// RUN: mimo-opt --mimoc-linalg-to-vector="vector-bits=512" --canonicalize --cse %s | FileCheck %s

#row = affine_map<(i, j) -> (i, j)>
#bias = affine_map<(i, j) -> (j)>
#first = affine_map<(i, j) -> (i)>

// Operands that walk memory as one are one loop: ? x 10 elements in vectors of 16, and one masked vector.
// CHECK-LABEL: func.func @merged
// CHECK:       %[[SIZE:.*]] = arith.muli %{{.*}}, %c10
// CHECK:       scf.for
// CHECK:         vector.load {{.*}} vector<16xf32>
// CHECK:         arith.mulf {{.*}} : vector<16xf32>
// CHECK:         vector.store
// CHECK:       }
// CHECK:       scf.if
// CHECK:         vector.create_mask
// CHECK:         vector.maskedload
// CHECK:         vector.maskedstore
// CHECK-NOT:   memref.load
func.func @merged(%x: memref<?x10xf32>, %y: memref<?x10xf32>) {
  linalg.generic {indexing_maps = [#row, #row], iterator_types = ["parallel", "parallel"]}
      ins(%x : memref<?x10xf32>) outs(%y : memref<?x10xf32>) {
  ^bb0(%a: f32, %o: f32):
    %r = arith.mulf %a, %a : f32
    linalg.yield %r : f32
  }
  return
}

// A row that is added to every row keeps two loops; the constant is in every lane.
// CHECK-LABEL: func.func @broadcast
// CHECK:       arith.constant dense<0.000000e+00> : vector<16xf32>
// CHECK:       scf.for
// CHECK:         scf.for %{{.*}} = %c0 to %c32 step %c16
// CHECK:           arith.addf {{.*}} : vector<16xf32>
// CHECK:           arith.maximumf {{.*}} : vector<16xf32>
func.func @broadcast(%x: memref<?x32xf32>, %b: memref<32xf32>, %y: memref<?x32xf32>) {
  %zero = arith.constant 0.0 : f32
  linalg.generic {indexing_maps = [#row, #bias, #row], iterator_types = ["parallel", "parallel"]}
      ins(%x, %b : memref<?x32xf32>, memref<32xf32>) outs(%y : memref<?x32xf32>) {
  ^bb0(%a: f32, %c: f32, %o: f32):
    %s = arith.addf %a, %c : f32
    %r = arith.maximumf %s, %zero : f32
    linalg.yield %r : f32
  }
  return
}

// The lanes of two vectors are partial sums of one row; a tree of halves adds them, and what was there before comes last.
// CHECK-LABEL: func.func @row_sums
// CHECK:       %[[ROW:.*]]:2 = scf.for %{{.*}} = %c0 to %c64 step %c32 iter_args
// CHECK-COUNT-2: arith.addf {{.*}} : vector<16xf32>
// CHECK:       %[[SUM:.*]] = arith.addf %[[ROW]]#0, %[[ROW]]#1 : vector<16xf32>
// CHECK:       vector.shuffle %[[SUM]], %[[SUM]] [0, 1, 2, 3, 4, 5, 6, 7]
// CHECK:       vector.shuffle %[[SUM]], %[[SUM]] [8, 9, 10, 11, 12, 13, 14, 15]
// CHECK:       arith.addf {{.*}} : vector<8xf32>
// CHECK:       arith.addf {{.*}} : vector<4xf32>
// CHECK:       arith.addf {{.*}} : vector<2xf32>
// CHECK:       arith.addf {{.*}} : f32
// CHECK:       memref.store
func.func @row_sums(%x: memref<?x64xf32>, %y: memref<?xf32>) {
  linalg.generic {indexing_maps = [#row, #first], iterator_types = ["parallel", "reduction"]}
      ins(%x : memref<?x64xf32>) outs(%y : memref<?xf32>) {
  ^bb0(%a: f32, %s: f32):
    %r = arith.addf %s, %a : f32
    linalg.yield %r : f32
  }
  return
}

// Lanes are columns; four vectors of them are added up at once.
// CHECK-LABEL: func.func @column_sums
// CHECK:       scf.for %{{.*}} iter_args
// CHECK-COUNT-4: arith.addf {{.*}} : vector<16xf32>
// CHECK:       scf.yield
// CHECK-NOT:   mask
func.func @column_sums(%x: memref<?x64xf32>, %y: memref<64xf32>) {
  linalg.generic {indexing_maps = [#row, #bias], iterator_types = ["reduction", "parallel"]}
      ins(%x : memref<?x64xf32>) outs(%y : memref<64xf32>) {
  ^bb0(%a: f32, %s: f32):
    %r = arith.addf %s, %a : f32
    linalg.yield %r : f32
  }
  return
}

// A square of 8 x 8 is turned in registers; the last one is moved back to the edge.
// CHECK-LABEL: func.func @transpose
// CHECK:       scf.for
// CHECK:         arith.minsi
// CHECK-COUNT-16: vector.load {{.*}} vector<16xf32>
// CHECK-COUNT-64: vector.shuffle
// CHECK-COUNT-16: vector.store {{.*}} vector<16xf32>
func.func @transpose(%x: memref<20x64xf32>, %y: memref<64x20xf32>) {
  linalg.transpose ins(%x : memref<20x64xf32>) outs(%y : memref<64x20xf32>) permutation = [1, 0]
  return
}

// Less than a vector: smaller tiles, the last one moved back.
// CHECK-LABEL: func.func @transpose_narrow
// CHECK-COUNT-8: vector.load {{.*}} vector<8xf32>
// CHECK-COUNT-24: vector.shuffle
// CHECK-COUNT-8: vector.store {{.*}} vector<8xf32>
func.func @transpose_narrow(%x: memref<10x64xf32>, %y: memref<64x10xf32>) {
  linalg.transpose ins(%x : memref<10x64xf32>) outs(%y : memref<64x10xf32>) permutation = [1, 0]
  return
}
