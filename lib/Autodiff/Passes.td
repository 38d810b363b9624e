include "mlir/Pass/PassBase.td"

def Autodiff : Pass<"mimoc-autodiff", "::mlir::ModuleOp"> {
  let summary = "make the entry points of each mimo.model: forward, evaluate, backward, vjp, apply, step, check";
  let description = [{
    Requires: a mimo.model whose ops are in order of definition.
    Ensures: one func.func an entry point beside the model, attribute `mimo.entry`, pure functions on tensors. Each
    argument and result says by `mimo.slot` (and `mimo.offset` in a block) where the caller keeps it. A function takes and
    computes only what its results need. Gradients are mimo ops.
  }];
  let dependentDialects = ["::mlir::func::FuncDialect"];
}

def VjpOfFunctions : Pass<"mimoc-vjp", "::mlir::func::FuncOp"> {
  let summary = "turn each function into its vector-Jacobian product";
  let description = [{
    For people who add an op, and for tests of its gradient: a function of tensors becomes the function that takes one
    cotangent more per floating-point result and returns the gradients of its floating-point arguments. An argument that no cotangent
    reaches has gradient zero.

    ```mlir
    func.func @f(%x: tensor<?xf32>) -> tensor<?xf32>  // becomes
    func.func @f(%x: tensor<?xf32>, %g: tensor<?xf32>) -> tensor<?xf32>
    ```
  }];
}
