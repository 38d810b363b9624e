// RUN: mimo-opt --mimoc-pack-entry-arguments --split-input-file --verify-diagnostics %s | FileCheck %s

// CHECK-LABEL: func.func @step(
// CHECK-SAME:    %[[SLOTS:.*]]: !llvm.ptr, %[[BATCH:.*]]: i64) attributes {mimo.entry = "step", mimo.slots = ["input:x", "workspace"]}
// CHECK-DAG:   %[[X:.*]] = llvm.load %{{.*}} : !llvm.ptr -> !llvm.ptr
// CHECK-DAG:   llvm.getelementptr %[[SLOTS]][1]
// CHECK:       call @kernel
func.func @step(%batch: index, %x: memref<?x8xf32>, %workspace: memref<?xi8>)
    attributes {mimo.entry = "step", mimo.slots = ["input:x", "workspace"]} {
  %c0 = arith.constant 0 : index
  %y = memref.view %workspace[%c0][%batch] : memref<?xi8> to memref<?x8xf32>
  func.call @kernel(%x, %y) : (memref<?x8xf32>, memref<?x8xf32>) -> ()
  return
}
func.func private @kernel(%x: memref<?x8xf32>, %y: memref<?x8xf32>) {
  return
}

// -----

// expected-error @below {{entry 'step' must take the batch as an index and then one buffer for each name in mimo.slots}}
func.func @step(%x: memref<?x8xf32>) attributes {mimo.entry = "step", mimo.slots = ["input:x"]} {
  return
}

// -----

// expected-error @below {{the pointers of the slot array stand for contiguous buffers}}
func.func @step(%batch: index, %x: memref<?x8xf32, strided<[16, 1]>>) attributes {mimo.entry = "step", mimo.slots = ["input:x"]} {
  return
}
