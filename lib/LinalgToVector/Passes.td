include "mlir/Pass/PassBase.td"

def LinalgToVector : Pass<"mimoc-linalg-to-vector", "::mlir::ModuleOp"> {
  let summary = "Emit loops over vectors for every linalg op on buffers";
  let description = [{
    Requires: linalg ops have buffer semantics and no i1 buffers; their indexing maps are sums of multiples of loop
    indices.
    Ensures: no linalg op is left. Contractions of floats become register-tiled
    GEMM kernels whose k order is the same for every tile shape, so that a row's bits do not depend on how many rows
    there are. Everything else becomes a loop nest over whole vectors with one masked tail. The order in which a
    reduction adds depends on the reduction's size alone.
  }];
  let options = [
    Option<"vectorBits", "vector-bits", "unsigned", "512", "Width of a vector register in bits">,
    Option<"vectorRegisters", "vector-registers", "unsigned", "32", "Number of vector registers">,
    Option<"fma", "fma", "bool", "true", "The machine has fused multiply-add">];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::linalg::LinalgDialect", "::mlir::math::MathDialect",
                           "::mlir::memref::MemRefDialect", "::mlir::scf::SCFDialect", "::mlir::vector::VectorDialect",
                           "::mlir::ub::UBDialect"];
}
