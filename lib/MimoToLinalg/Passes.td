include "mlir/Pass/PassBase.td"

def MimoToLinalg : Pass<"mimoc-mimo-to-linalg", "::mlir::ModuleOp"> {
  let summary = "lower the mimo ops of all functions to linalg on tensors";
  let description = [{
    Requires: functions of ops that implement mimo::LowersToLinalg.
    Ensures: no mimo op is left; each was replaced by what its emitLinalg wrote.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::linalg::LinalgDialect", "::mlir::math::MathDialect",
                           "::mlir::scf::SCFDialect", "::mlir::tensor::TensorDialect"];
}

def CountFlops : Pass<"mimoc-count-flops", "::mlir::func::FuncOp"> {
  let summary = "count the floating-point operations of an entry point";
  let description = [{
    Requires: linalg on tensors. Ensures: `mimo.flops_static` and `mimo.flops_row` on functions with `mimo.entry`: the operations
    whatever the batch, and those of each row. An op counts once for every float arith or math op of its body and
    every point of its loops; a multiply and an add are two, an exponential is one.
  }];
}
