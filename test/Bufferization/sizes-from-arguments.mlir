// RUN: mimo-opt --mimoc-sizes-from-arguments --canonicalize %s | FileCheck %s

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

// A size is that of the argument that the buffer comes from, whatever views and loops lie between.
// CHECK-LABEL: func.func @step(
// CHECK-SAME:    %[[BATCH:[a-z0-9]*]]: index, %[[NODES:[a-z0-9]*]]: index
// CHECK-NOT:   memref.dim
// CHECK:       memref.alloc(%[[NODES]]) : memref<?xf32>
// CHECK:       memref.alloc(%[[BATCH]]) : memref<?xf32>
func.func @step(%batch: index, %nodes: index {mimo.dim = "nodes", mimo.bound = 100}, %x: memref<?x2x2xf32> {mimo.dim = "nodes"},
                %y: memref<?x1xf32>, %z: memref<?xf32> {mimo.dim = "nodes"}, %u: memref<?xf32>) attributes {mimo.entry = "step"} {
  %c0 = arith.constant 0 : index
  %flat = memref.collapse_shape %x [[0], [1, 2]] : memref<?x2x2xf32> into memref<?x4xf32>
  %column = memref.collapse_shape %y [[0, 1]] : memref<?x1xf32> into memref<?xf32>
  %n = memref.dim %flat, %c0 : memref<?x4xf32>
  %m = memref.dim %column, %c0 : memref<?xf32>
  %a = memref.alloc(%n) : memref<?xf32>
  %b = memref.alloc(%m) : memref<?xf32>
  linalg.exp ins(%z : memref<?xf32>) outs(%a : memref<?xf32>)
  linalg.exp ins(%a : memref<?xf32>) outs(%z : memref<?xf32>)
  linalg.exp ins(%u : memref<?xf32>) outs(%b : memref<?xf32>)
  linalg.exp ins(%b : memref<?xf32>) outs(%u : memref<?xf32>)
  return
}
