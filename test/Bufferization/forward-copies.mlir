// RUN: mimo-opt --mimoc-forward-copies --canonicalize %s | FileCheck %s

// Both branches write into the joined buffer, though one of them is read again later.
// CHECK-LABEL: func.func @concatenation(
// CHECK:       %[[JOINED:.*]] = memref.alloc
// CHECK:       %[[LEFT:.*]] = memref.subview %[[JOINED]][0, 0]
// CHECK:       linalg.exp ins(%{{.*}}) outs(%[[LEFT]] :
// CHECK:       %[[RIGHT:.*]] = memref.subview %[[JOINED]][0, 4]
// CHECK:       linalg.log ins(%{{.*}}) outs(%[[RIGHT]] :
// CHECK-NOT:   memref.copy
// CHECK:       linalg.matmul ins(%[[JOINED]],
// CHECK:       linalg.negf ins(%[[LEFT]] :
func.func @concatenation(%batch: index, %x: memref<?x4xf32>, %w: memref<8x3xf32>, %y: memref<?x3xf32>, %z: memref<?x4xf32>) {
  %a = memref.alloc(%batch) : memref<?x4xf32>
  linalg.exp ins(%x : memref<?x4xf32>) outs(%a : memref<?x4xf32>)
  %b = memref.alloc(%batch) : memref<?x4xf32>
  linalg.log ins(%x : memref<?x4xf32>) outs(%b : memref<?x4xf32>)
  %joined = memref.alloc(%batch) : memref<?x8xf32>
  %left = memref.subview %joined[0, 0] [%batch, 4] [1, 1] : memref<?x8xf32> to memref<?x4xf32, strided<[8, 1]>>
  memref.copy %a, %left : memref<?x4xf32> to memref<?x4xf32, strided<[8, 1]>>
  %right = memref.subview %joined[0, 4] [%batch, 4] [1, 1] : memref<?x8xf32> to memref<?x4xf32, strided<[8, 1], offset: 4>>
  memref.copy %b, %right : memref<?x4xf32> to memref<?x4xf32, strided<[8, 1], offset: 4>>
  linalg.matmul ins(%joined, %w : memref<?x8xf32>, memref<8x3xf32>) outs(%y : memref<?x3xf32>)
  linalg.negf ins(%a : memref<?x4xf32>) outs(%z : memref<?x4xf32>)
  return
}

// The place is read while the buffer is being computed: the copy stays.
// CHECK-LABEL: func.func @old_value_needed(
// CHECK:       memref.copy
func.func @old_value_needed(%w: memref<4xf32>, %y: memref<4xf32>) {
  %a = memref.alloc() : memref<4xf32>
  linalg.exp ins(%w : memref<4xf32>) outs(%a : memref<4xf32>)
  linalg.add ins(%w, %a : memref<4xf32>, memref<4xf32>) outs(%y : memref<4xf32>)
  memref.copy %a, %w : memref<4xf32> to memref<4xf32>
  return
}

// The buffer changes after the copy was taken: the copy stays.
// CHECK-LABEL: func.func @written_again(
// CHECK:       memref.copy
func.func @written_again(%x: memref<4xf32>, %y: memref<4xf32>, %z: memref<4xf32>) {
  %a = memref.alloc() : memref<4xf32>
  linalg.exp ins(%x : memref<4xf32>) outs(%a : memref<4xf32>)
  memref.copy %a, %y : memref<4xf32> to memref<4xf32>
  linalg.log ins(%x : memref<4xf32>) outs(%a : memref<4xf32>)
  linalg.exp ins(%a : memref<4xf32>) outs(%z : memref<4xf32>)
  return
}
