include "mlir/Pass/PassBase.td"

def ApproximateMath : Pass<"approximate-math"> {
  let summary = "Expand f32 functions into polynomials that vectorise";
  let description = [{
    Ensures: exp, log, log1p, expm1, tanh, erf, sin and cos of f32 scalars and vectors are arithmetic; other functions
    of f32 are computed in f64. Functions of f64 are left to the mathematical library.
  }];
  let options = [Option<"fma", "fma", "bool", "true", "The machine has fused multiply-add">];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::math::MathDialect",
                           "::mlir::vector::VectorDialect"];
}

def PackEntryArguments : Pass<"pack-entry-arguments", "::mlir::ModuleOp"> {
  let summary = "Give every entry function the type (ptr to slots, batch)";
  let description = [{
    Requires: entries (functions with mimo.entry) take the batch as an index and then one buffer per slot, contiguous,
    whose unknown sizes are the batch or, in buffers of bytes, unused.
    Ensures: entries take an array of pointers and the batch as i64; mimo.slots names every pointer of the array.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::LLVM::LLVMDialect"];
}

def SetLinkage : Pass<"set-linkage", "::mlir::ModuleOp"> {
  let summary = "Make everything but entries internal, and keep kernels that are used more than once out of line";
}
