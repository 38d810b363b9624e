// RUN: mimo-opt --mimoc-plan-memory --canonicalize --cse --split-input-file --verify-diagnostics %s | FileCheck %s

// A scratch of 100 bytes takes 128; of three row buffers the first and the last are never in use together, and a byte a
// row takes sixteen, so that four rows are a cache line.
// CHECK-LABEL: func.func @forward(
// CHECK-SAME:    %[[BATCH:.*]]: index, %[[X:.*]]: memref<?x8xf32>, %[[WORKSPACE:.*]]: memref<?xi8>)
// CHECK-SAME:    mimo.workspace_row = 48 : i64, mimo.workspace_static = 128 : i64
// CHECK-DAG:   %[[C0:.*]] = arith.constant 0 : index
// CHECK-DAG:   %[[C32:.*]] = arith.constant 32 : index
// CHECK-DAG:   %[[C128:.*]] = arith.constant 128 : index
// CHECK-DAG:   %[[C3:.*]] = arith.constant 3 : index
// CHECK-DAG:   %[[MASK:.*]] = arith.constant -4 : index
// CHECK:       %[[UP:.*]] = arith.addi %[[BATCH]], %[[C3]]
// CHECK:       %[[ROWS:.*]] = arith.andi %[[UP]], %[[MASK]]
// CHECK:       memref.view %[[WORKSPACE]][%[[C0]]][] {{.*}} to memref<25xf32>
// CHECK:       memref.view %[[WORKSPACE]][%[[C128]]][%[[BATCH]]] {{.*}} to memref<?x8xf32>
// CHECK:       %[[SCALED:.*]] = arith.muli %[[ROWS]], %[[C32]]
// CHECK:       %[[START:.*]] = arith.addi %[[SCALED]], %[[C128]]
// CHECK:       memref.view %[[WORKSPACE]][%[[START]]][%[[BATCH]]] {{.*}} to memref<?xi8>
// CHECK:       memref.view %[[WORKSPACE]][%[[C128]]][%[[BATCH]]] {{.*}} to memref<?x8xf32>
// CHECK-NOT:   memref.alloc
func.func @forward(%batch: index, %x: memref<?x8xf32>, %workspace: memref<?xi8>) attributes {mimo.entry = "forward"} {
  %s = memref.alloc() : memref<25xf32>
  %a = memref.alloc(%batch) : memref<?x8xf32>
  %flat = memref.collapse_shape %a [[0, 1]] : memref<?x8xf32> into memref<?xf32>
  %m = memref.alloc(%batch) : memref<?xi8>
  func.call @first(%x, %a, %s) : (memref<?x8xf32>, memref<?x8xf32>, memref<25xf32>) -> ()
  func.call @second(%flat, %m) : (memref<?xf32>, memref<?xi8>) -> ()
  %b = memref.alloc(%batch) : memref<?x8xf32>
  func.call @third(%m, %b) : (memref<?xi8>, memref<?x8xf32>) -> ()
  func.call @first(%b, %x, %s) : (memref<?x8xf32>, memref<?x8xf32>, memref<25xf32>) -> ()
  return
}
func.func private @first(memref<?x8xf32>, memref<?x8xf32>, memref<25xf32>)
func.func private @second(memref<?xf32>, memref<?xi8>)
func.func private @third(memref<?xi8>, memref<?x8xf32>)

// -----

// A number for each pair of rows: its region begins after those of bytes a row.
// CHECK-LABEL: func.func @pairs(
// CHECK-SAME:    %[[BATCH:.*]]: index, %[[WORKSPACE:.*]]: memref<?xi8>)
// CHECK-SAME:    mimo.workspace_row = 16 : i64, mimo.workspace_square = 8 : i64, mimo.workspace_static = 0 : i64
// CHECK-DAG:   %[[C4:.*]] = arith.constant 4 : index
// CHECK-DAG:   %[[C16:.*]] = arith.constant 16 : index
// CHECK:       %[[ROWS:.*]] = arith.andi
// CHECK:       %[[ROWEND:.*]] = arith.muli %[[ROWS]], %[[C16]]
// CHECK:       memref.view %[[WORKSPACE]][{{.*}}][%[[BATCH]]] {{.*}} to memref<?xf32>
// CHECK:       memref.view %[[WORKSPACE]][%[[ROWEND]]][%[[BATCH]], %[[BATCH]]] {{.*}} to memref<?x?xf32>
// CHECK:       %[[LINE:.*]] = arith.muli %[[ROWS]], %[[C4]]
// CHECK:       %[[SQUARE:.*]] = arith.muli %[[ROWS]], %[[LINE]]
// CHECK:       %[[SECOND:.*]] = arith.addi %[[ROWEND]], %[[SQUARE]]
// CHECK:       memref.view %[[WORKSPACE]][%[[SECOND]]][%[[BATCH]], %[[BATCH]]] {{.*}} to memref<?x?xf32>
func.func @pairs(%batch: index, %workspace: memref<?xi8>) attributes {mimo.entry = "forward"} {
  %a = memref.alloc(%batch) : memref<?xf32>
  %0 = memref.alloc(%batch, %batch) : memref<?x?xf32>
  %1 = memref.alloc(%batch, %batch) : memref<?x?xf32>
  func.call @both(%a, %0, %1) : (memref<?xf32>, memref<?x?xf32>, memref<?x?xf32>) -> ()
  return
}
func.func private @both(memref<?xf32>, memref<?x?xf32>, memref<?x?xf32>)

// -----

func.func @triples(%batch: index, %workspace: memref<?xi8>) attributes {mimo.entry = "forward"} {
  // expected-error @below {{buffer of type 'memref<?x?x?xf32>' grows with more than the square of the batch}}
  %0 = memref.alloc(%batch, %batch, %batch) : memref<?x?x?xf32>
  return
}
