#ifndef MIMOC_OUTLINING_PASSES
#define MIMOC_OUTLINING_PASSES

include "mlir/Pass/PassBase.td"

def InlineScalars : Pass<"mimoc-inline-scalars", "mlir::func::FuncOp"> {
  let summary = "turn linalg ops without loops into loads, arithmetic and stores";
  let description = [{
    Learning rates, divisors and sums are single numbers: an op on them needs no kernel, and a kernel that reads one
    gets it as a scalar.

    Requires: linalg ops on memrefs.
    Ensures: every linalg op of an entry point has at least one loop, and linalg.generic no input of rank 0.
  }];
  let dependentDialects = ["mlir::memref::MemRefDialect", "mlir::scf::SCFDialect"];
}

def FlattenElementwise : Pass<"mimoc-flatten-elementwise", "mlir::func::FuncOp"> {
  let summary = "view element-wise ops over contiguous buffers as one loop of run-time length";
  let description = [{
    An element-wise op whose operands are contiguous and read by identity does not care for their shape. Seen as
    memref<?xT> the update of every parameter is the same kernel, whatever its shape; so are all fills and copies.
    Operands with a layout get a run-time offset, so that windows at different offsets share kernels too.

    Requires: linalg ops on memrefs. Ensures: the same reads and writes.

    ```mlir
    linalg.fill ins(%zero : f32) outs(%gradient : memref<128x256xf32>)
    // becomes
    %flat = memref.collapse_shape %gradient [[0, 1]] : memref<128x256xf32> into memref<32768xf32>
    %any = memref.cast %flat : memref<32768xf32> to memref<?xf32>
    linalg.fill ins(%zero : f32) outs(%any : memref<?xf32>)
    ```
  }];
  let dependentDialects = ["mlir::memref::MemRefDialect", "mlir::linalg::LinalgDialect"];
}

def OutlineKernels : Pass<"mimoc-outline-kernels", "mlir::ModuleOp"> {
  let summary = "move each linalg op of an entry point into a kernel; equal ops share one";
  let description = [{
    A kernel is a private function named kernel_<kind>_<number> with one linalg op. Its arguments are the op's memrefs
    and the scalars that its body captures, each once; constants move in. Kernels are equal where everything but
    locations and names is, across all entry points of the module.

    Requires: linalg ops on memrefs at the top level of functions with `mimo.entry`.
    Ensures: no linalg op in an entry point; different memref arguments of a kernel do not overlap where it writes.

    ```mlir
    linalg.matmul ins(%x, %w : ...) outs(%y : ...)
    // becomes
    func.call @kernel_gemm_0(%x, %w, %y) : (memref<?x256xf32>, memref<256x128xf32>, memref<?x128xf32>) -> ()
    ```
  }];
  let dependentDialects = ["mlir::func::FuncDialect"];
}

#endif // MIMOC_OUTLINING_PASSES
