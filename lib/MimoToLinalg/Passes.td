include "mlir/Pass/PassBase.td"

def MimoToLinalg : Pass<"mimoc-mimo-to-linalg", "::mlir::ModuleOp"> {
  let summary = "lower the mimo ops of all functions to linalg on tensors";
  let description = [{
    Requires: functions of ops that implement mimo::LowersToLinalg.
    Ensures: no mimo op is left; each was replaced by what its emitLinalg wrote.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::linalg::LinalgDialect", "::mlir::math::MathDialect",
                           "::mlir::tensor::TensorDialect"];
}
