include "mlir/Pass/PassBase.td"

def ApproximateMath : Pass<"mimoc-approximate-math", "::mlir::ModuleOp"> {
  let summary = "Expand f32 functions into polynomials that vectorise";
  let description = [{
    Ensures: functions of f32 scalars and vectors are arithmetic. exp, expm1, log, log1p and tanh stay in f32, within 5 units
    in the last place; the others, and functions of f64 with the flag `afn`, are polynomials in f64. atan2, cbrt and
    the remainder of f32 are those of f64, rounded. Other functions of f64 that LLVM has no intrinsic for are calls of the
    mathematical library. No function of f32 is called.
  }];
  let options = [Option<"fma", "fma", "bool", "true", "The machine has fused multiply-add">];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::func::FuncDialect", "::mlir::math::MathDialect",
                           "::mlir::vector::VectorDialect"];
}

def PackEntryArguments : Pass<"mimoc-pack-entry-arguments", "::mlir::ModuleOp"> {
  let summary = "Give every entry function the type (ptr to slots, batch)";
  let description = [{
    Requires: entries (functions with mimo.entry) take the batch as an index, further run-time sizes (`mimo.dim`) likewise, and then one buffer per slot,
    contiguous, whose unknown sizes are the batch, the size that their own `mimo.dim` names or, in buffers of bytes, unused.
    Ensures: entries take an array of pointers and the batch as i64; mimo.slots names every pointer of the array.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::LLVM::LLVMDialect"];
}

def SetLinkage : Pass<"mimoc-set-linkage", "::mlir::ModuleOp"> {
  let summary = "Make everything but entries internal, and keep kernels that are used more than once out of line";
}

def ConvertToLLVM : Pass<"mimoc-convert-to-llvm", "::mlir::ModuleOp"> {
  let summary = "Convert vectors, buffers, control flow and arithmetic to the LLVM dialect at once";
  let description = [{
    The same patterns as upstream's passes from each dialect, in one conversion: nine walks over the module, and the
    casts between their results, cost more time than the patterns.
  }];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect", "::mlir::cf::ControlFlowDialect"];
}
