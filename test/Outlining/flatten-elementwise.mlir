// RUN: mimo-opt --mimoc-flatten-elementwise %s | FileCheck %s

#id = affine_map<(i, j) -> (i, j)>
#row = affine_map<(i, j) -> (j)>

// CHECK-LABEL: func.func @entry(
// CHECK-SAME:    %[[A:[a-z0-9]*]]: memref<?x8xf32>, %[[W:[a-z0-9]*]]: memref<4x8xf32>
func.func @entry(%a: memref<?x8xf32>, %w: memref<4x8xf32>, %b: memref<8xf32>, %c: memref<?x16xf32>, %n: index)
    attributes {mimo.entry = "step"} {
  %zero = arith.constant 0.0 : f32
  // CHECK: %[[FLAT:.*]] = memref.collapse_shape %[[A]] {{.*}} into memref<?xf32>
  // CHECK: linalg.fill ins(%{{.*}}) outs(%[[FLAT]] : memref<?xf32>)
  linalg.fill ins(%zero : f32) outs(%a : memref<?x8xf32>)
  // CHECK: %[[FLAT:.*]] = memref.collapse_shape %[[W]] {{.*}} into memref<32xf32>
  // CHECK: %[[ANY:.*]] = memref.cast %[[FLAT]] : memref<32xf32> to memref<?xf32>
  // CHECK: linalg.fill ins(%{{.*}}) outs(%[[ANY]] : memref<?xf32>)
  linalg.fill ins(%zero : f32) outs(%w : memref<4x8xf32>)
  // A row that is read for every element needs the shape.
  // CHECK: linalg.generic {{.*}} ins(%{{.*}} : memref<8xf32>) outs(%[[A]] : memref<?x8xf32>)
  linalg.generic {indexing_maps = [#row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%b : memref<8xf32>) outs(%a : memref<?x8xf32>) {
  ^bb0(%x: f32, %o: f32):
    linalg.yield %x : f32
  }
  // Windows keep their shape; where they start becomes a matter of run time.
  // CHECK: linalg.copy ins(%{{.*}} : memref<?x8xf32>) outs(%{{.*}} : memref<?x8xf32, strided<[16, 1], offset: ?>>)
  %window = memref.subview %c[0, 8] [%n, 8] [1, 1] : memref<?x16xf32> to memref<?x8xf32, strided<[16, 1], offset: 8>>
  linalg.copy ins(%a : memref<?x8xf32>) outs(%window : memref<?x8xf32, strided<[16, 1], offset: 8>>)
  return
}
