#ifndef MIMOC_MEMORYPLANNING_PASSES
#define MIMOC_MEMORYPLANNING_PASSES

include "mlir/Pass/PassBase.td"

def PlanMemory : Pass<"mimoc-plan-memory", "mlir::func::FuncOp"> {
  let summary = "give every buffer of an entry point an offset in its workspace";
  let description = [{
    Buffers that are never in use at the same time share memory. The workspace has two regions: buffers of constant
    size, then buffers of so many bytes a row, whose offset scales with the batch rounded up to 4 rows. Every buffer
    starts on a 64-byte boundary of the workspace.

    Each memref.alloc becomes a memref.view with `mimo.live = [first, last]`, the positions in the block of the first
    and the last op that touches it.

    Other run-time sizes are arguments with `mimo.bound`; a buffer is planned as if they were at their bounds.

    Requires: entry points of one block; the batch is argument 0, the workspace is the last argument, all sizes are arguments.
    Ensures: no allocation; `mimo.workspace_static`, `mimo.workspace_row` and, where buffers hold a number for each pair of
    rows, `mimo.workspace_square` say how many bytes the workspace needs: static + row * rows + square * rows^2.

    ```mlir
    %0 = memref.alloc(%batch) : memref<?x128xf32>
    // becomes, if 1,024 bytes of constant size and a buffer of 512 bytes a row come before it
    %1 = arith.muli %rows, %c512 : index          // %rows = batch rounded up to 4
    %2 = arith.addi %1, %c1024 : index
    %0 = memref.view %workspace[%2][%batch] {mimo.live = [3, 7]} : memref<?xi8> to memref<?x128xf32>
    ```
  }];
  let dependentDialects = ["mlir::arith::ArithDialect", "mlir::memref::MemRefDialect"];
}

#endif // MIMOC_MEMORYPLANNING_PASSES
