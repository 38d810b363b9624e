// RUN: mimo-opt --mimoc-sizes-from-batch --canonicalize %s | FileCheck %s

// CHECK-LABEL: func.func @forward(
// CHECK-SAME:    %[[BATCH:.*]]: index
// CHECK-NOT:   memref.dim
// CHECK:       memref.alloc(%[[BATCH]]) : memref<?x4xf32>
func.func @forward(%batch: index, %x: memref<?x4xf32>, %y: memref<?x4xf32>) attributes {mimo.entry = "forward"} {
  %c0 = arith.constant 0 : index
  %n = memref.dim %x, %c0 : memref<?x4xf32>
  %a = memref.alloc(%n) : memref<?x4xf32>
  linalg.exp ins(%x : memref<?x4xf32>) outs(%a : memref<?x4xf32>)
  linalg.exp ins(%a : memref<?x4xf32>) outs(%y : memref<?x4xf32>)
  return
}
