#ifndef MIMOC_BUFFERIZATION_PASSES
#define MIMOC_BUFFERIZATION_PASSES

include "mlir/Pass/PassBase.td"

def StoreBooleansAsBytes : Pass<"mimoc-store-booleans-as-bytes", "mlir::func::FuncOp"> {
  let summary = "give tensors of i1 elements of one byte";
  let description = [{
    A vector of i1 is packed to bits when it is stored, a scalar i1 takes a byte: code that reads one as the other is
    wrong. So every tensor<..xi1> becomes tensor<..xi8> with the values 0 and 1; bodies extend and truncate.

    Requires: linalg ops on tensors; no i1 tensor is an argument or a result of an entry point.
    Ensures: no tensor of i1.
  }];
  let dependentDialects = ["mlir::arith::ArithDialect"];
}

def BindEntryPoints : Pass<"mimoc-bind-entry-points", "mlir::func::FuncOp"> {
  let summary = "let entry points read and write their slots in memory";
  let description = [{
    Rewrites every function with `mimo.entry`. Its new arguments are the batch, one memref per slot in order of first
    appearance (whole tensors keep their shape, blocks are bytes), and the workspace; it returns nothing. Members of a
    block become memref.view at their offset, and every tensor.dim becomes the batch or another run-time size of the model: those are
    arguments, too, behind the batch.
    Results are copied to their places at the end of the body, all at once in effect. What stood at a place is an
    ordinary tensor until then, so bufferization keeps it for whoever still reads it.

    Requires: the function form of the linalg stage (`mimo.slot`, `mimo.offset` on every argument and result).
    Ensures: function arguments are %batch and memrefs; `mimo.slots` names their order; no tensor.dim; each result is
    a memref.copy with `mimo.result`, and nothing but these copies follows the first of them.

    ```mlir
    func.func @apply(%w: tensor<4xf32> {mimo.slot = "params", mimo.offset = 16 : i64})
                 -> (tensor<4xf32> {mimo.slot = "params", mimo.offset = 16 : i64}) attributes {mimo.entry = "apply"}
    // becomes
    func.func @apply(%batch: index, %params: memref<?xi8> {mimo.slot = "params"},
                     %workspace: memref<?xi8> {mimo.slot = "workspace"})
        attributes {mimo.entry = "apply", mimo.slots = ["params", "workspace"]}
    ```
  }];
  let dependentDialects = ["mlir::arith::ArithDialect", "mlir::bufferization::BufferizationDialect",
                           "mlir::memref::MemRefDialect"];
}

def PrepareDestinations : Pass<"mimoc-prepare-destinations", "mlir::func::FuncOp"> {
  let summary = "give each op a destination of its own: where its result goes, if that is known";
  let description = [{
    CSE merges equal tensor.empty and linalg.fill ops, and a destination shared by two ops costs a copy: each
    destination-style op gets its own, moved next to it. An op whose result goes to a place gets what stands there as
    its destination, and is moved behind the last reader of the old value where nothing forbids it: then bufferization
    finds that it can be written in place. Where something forbids it, bufferization copies. Splat constants become
    fills, so that none of them becomes a global.

    Requires: mimoc-bind-entry-points done. Ensures: the same values.
  }];
  let dependentDialects = ["mlir::linalg::LinalgDialect", "mlir::tensor::TensorDialect"];
}

def OrderResults : Pass<"mimoc-order-results", "mlir::func::FuncOp"> {
  let summary = "put the copies of the results into an order in which none destroys the source of another";
  let description = [{
    The copies marked `mimo.result` are meant to happen at once. Copies of a place onto itself go away; where places
    change contents in a circle, one of them is saved first.

    Requires: bufferization done. Ensures: no `mimo.result`.
  }];
  let dependentDialects = ["mlir::memref::MemRefDialect"];
}

def SizesFromArguments : Pass<"mimoc-sizes-from-arguments", "mlir::func::FuncOp"> {
  let summary = "replace memref.dim of run-time dimensions by the argument that they are";
  let description = [{
    Later stages recognise every size: it is the batch, or another run-time size of the model.

    Requires: mimoc-bind-entry-points done. Ensures: no memref.dim of a run-time dimension in an entry point.
  }];
}

def ForwardCopies : Pass<"mimoc-forward-copies", "mlir::func::FuncOp"> {
  let summary = "write a value where a later copy would put it";
  let description = [{
    `memref.copy %buffer, %place`, with %buffer an allocation: where nothing else touches %place before the copy and
    nothing writes either of them after it, everybody uses %place in the first place. So the branches of a concatenation
    write into the joined buffer.

    Requires: straight-line code on memrefs. Ensures: the same values at every place outside the function.
  }];
  let dependentDialects = ["mlir::memref::MemRefDialect"];
}

def LowerCopies : Pass<"mimoc-lower-copies", "mlir::func::FuncOp"> {
  let summary = "turn memref.copy into linalg.copy or a load and a store";
  let description = [{
    Ensures: no memref.copy; copies of more than one element are linalg ops, which are outlined and vectorized like any
    other.
  }];
  let dependentDialects = ["mlir::linalg::LinalgDialect", "mlir::memref::MemRefDialect"];
}

#endif // MIMOC_BUFFERIZATION_PASSES
