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
