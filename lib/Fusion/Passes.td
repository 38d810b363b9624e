#ifndef MIMOC_FUSION_PASSES
#define MIMOC_FUSION_PASSES

include "mlir/Pass/PassBase.td"

def FuseElementwise : Pass<"mimoc-fuse-elementwise", "mlir::func::FuncOp"> {
  let summary = "fuse element-wise producers that have one user into it";
  let description = [{
    Upstream's element-wise fusion under three rules that keep it from ever costing work or changing bits:
    a producer that computes is fused only into its single user, and only where that user reads each element once;
    a producer that merely broadcasts is fused into every user; contractions take no producers in.
    Splat constants are folded into the bodies that read them.

    Requires: linalg ops on tensors.
    Ensures: the same values, bit for bit; no op is computed more often than before.

    ```mlir
    %y = linalg.generic { arith.mulf } (%a, %b)        // one user
    %z = linalg.generic { math.exp } (%y)
    // becomes
    %z = linalg.generic { arith.mulf, math.exp } (%a, %b)
    ```
  }];
  let dependentDialects = ["mlir::linalg::LinalgDialect", "mlir::tensor::TensorDialect", "mlir::arith::ArithDialect"];
}

def FuseSharedProducers : Pass<"mimoc-fuse-shared-producers", "mlir::func::FuncOp"> {
  let summary = "fuse an element-wise producer with the first of its several users";
  let description = [{
    Where a value has several users and an element-wise op is the first of them, the two become one op with several
    results; the later users read what that op keeps. An optimizer's moments and its parameter update, for one, become
    a single pass over memory.

    Requires: linalg ops on tensors, mimoc-fuse-elementwise done.
    Ensures: the same values, bit for bit; nothing is computed twice.
  }];
  let dependentDialects = ["mlir::linalg::LinalgDialect", "mlir::tensor::TensorDialect"];
}

#endif // MIMOC_FUSION_PASSES
