// RUN: mimo-opt --mimoc-order-results %s | FileCheck %s

// What overwrites %b comes after what reads it; a copy onto itself goes away.
// CHECK-LABEL: func.func @chain(
// CHECK-SAME:    %{{.*}}: index, %[[A:[a-z0-9]*]]: memref<4xf32>, %[[B:[a-z0-9]*]]: memref<4xf32>, %[[C:[a-z0-9]*]]: memref<4xf32>)
// CHECK-NEXT:  memref.copy %[[B]], %[[C]]
// CHECK-NEXT:  memref.copy %[[A]], %[[B]]
// CHECK-NEXT:  return
func.func @chain(%batch: index, %a: memref<4xf32>, %b: memref<4xf32>, %c: memref<4xf32>) attributes {mimo.entry = "apply"} {
  memref.copy %a, %b {mimo.result} : memref<4xf32> to memref<4xf32>
  memref.copy %b, %c {mimo.result} : memref<4xf32> to memref<4xf32>
  memref.copy %a, %a {mimo.result} : memref<4xf32> to memref<4xf32>
  return
}

// A circle is cut by saving one of its places.
// CHECK-LABEL: func.func @circle(
// CHECK-SAME:    %[[BATCH:.*]]: index, %[[A:[a-z0-9]*]]: memref<?xf32>, %[[B:[a-z0-9]*]]: memref<?xf32>)
// CHECK-NEXT:  %[[SAVED:.*]] = memref.alloc(%[[BATCH]])
// CHECK-NEXT:  memref.copy %[[B]], %[[SAVED]]
// CHECK-NEXT:  memref.copy %[[A]], %[[B]]
// CHECK-NEXT:  memref.copy %[[SAVED]], %[[A]]
// CHECK-NEXT:  return
func.func @circle(%batch: index, %a: memref<?xf32>, %b: memref<?xf32>) attributes {mimo.entry = "apply"} {
  memref.copy %a, %b {mimo.result} : memref<?xf32> to memref<?xf32>
  memref.copy %b, %a {mimo.result} : memref<?xf32> to memref<?xf32>
  return
}
