// RUN: mimo-opt --mimoc-lower-copies %s | FileCheck %s

// CHECK-LABEL: func.func @copies(
// CHECK-SAME:    %[[A:.*]]: memref<?x4xf32>, %[[B:.*]]: memref<?x4xf32>, %[[S:.*]]: memref<f64>, %[[T:.*]]: memref<f64>
// CHECK-NEXT:  linalg.copy ins(%[[A]] : memref<?x4xf32>) outs(%[[B]] : memref<?x4xf32>)
// CHECK-NEXT:  %[[X:.*]] = memref.load %[[S]][]
// CHECK-NEXT:  memref.store %[[X]], %[[T]][]
// CHECK-NEXT:  return
func.func @copies(%a: memref<?x4xf32>, %b: memref<?x4xf32>, %s: memref<f64>, %t: memref<f64>) {
  memref.copy %a, %b : memref<?x4xf32> to memref<?x4xf32>
  memref.copy %s, %t : memref<f64> to memref<f64>
  memref.copy %a, %a : memref<?x4xf32> to memref<?x4xf32>
  return
}
