// The interfaces through which the compiler knows an op. lib/ asks these and never names an op.
#ifndef MIMO_INTERFACES_TD
#define MIMO_INTERFACES_TD

include "mlir/IR/OpBase.td"

def Differentiable : OpInterface<"Differentiable"> {
  let cppNamespace = "::mlir::mimo";
  let description = [{
    An op with a vector-Jacobian product. Gradients are written in mimo ops, so that the passes that optimise the
    forward pass optimise the backward pass too, and gradients can be differentiated again.
  }];
  let methods = [InterfaceMethod<
    [{Emits the cotangents of the operands from `cotangents`, one per result (null where nothing flows into it).
      Returns one value per operand: null where `needed` is false or where the op is constant in that operand.}],
    "::llvm::SmallVector<::mlir::Value>", "emitVjp",
    (ins "::mlir::OpBuilder &":$builder, "::mlir::ValueRange":$cotangents, "::llvm::ArrayRef<bool>":$needed)>];
}

def LowersToLinalg : OpInterface<"LowersToLinalg"> {
  let cppNamespace = "::mlir::mimo";
  let description = [{An op that can write itself in linalg, tensor, arith and math ops on tensors.}];
  let methods = [InterfaceMethod<
    [{Emits the results; the operands are the op's own. Never fails: what the verifier accepts can be lowered.}],
    "::llvm::SmallVector<::mlir::Value>", "emitLinalg", (ins "::mlir::OpBuilder &":$builder)>];
}

def FromSource : OpInterface<"FromSource"> {
  let cppNamespace = "::mlir::mimo";
  let description = [{
    An op that the model language can call: `f(x, ...)` finds the op `mimo.f` by name. The op says which arguments it
    takes and builds itself from a call; so the front end holds no table of operators.
  }];
  let methods = [
    StaticInterfaceMethod<"The formal arguments, in the order in which they may be written.",
      "::mlir::mimo::Signature", "getSignature">,
    StaticInterfaceMethod<[{Builds the op, and parameters where it has weights. Emits an error at the call and fails
      where the arguments do not fit. By default tensors become operands and everything else the attribute of its name.}],
      "::llvm::FailureOr<::mlir::Value>", "buildFromCall", (ins "::mlir::mimo::CallSite &":$call), "",
      [{ return buildBySignature(call, ConcreteOp::getOperationName(), ConcreteOp::getSignature()); }]>,
    StaticInterfaceMethod<"The same for a call that gives several values: by default the one of buildFromCall.",
      "::llvm::FailureOr<::llvm::SmallVector<::mlir::Value>>", "buildResultsFromCall", (ins "::mlir::mimo::CallSite &":$call), "",
      [{
        ::llvm::FailureOr<::mlir::Value> result = ConcreteOp::buildFromCall(call);
        if (::llvm::failed(result))
          return ::llvm::failure();
        return ::llvm::SmallVector<::mlir::Value>{*result};
      }]>,
    StaticInterfaceMethod<"Where the language allows the call.", "::mlir::mimo::CallContext", "getCallContext",
      (ins), "", [{ return CallContext::Network; }]>,
    StaticInterfaceMethod<[{Whether each element of the result depends on one element of each operand alone, so that what a
      loss does not select may be taken out of its operands.}],
      "bool", "isElementwise", (ins), "", [{ return false; }]>];
}

def TakesIndices : OpInterface<"TakesIndices"> {
  let cppNamespace = "::mlir::mimo";
  let description = [{
    An op with operands that count something off: class indices, rows of a table. The values that are selected must lie in [0, bound);
    the front end lets those that come from the caller be checked before anything is computed. The op itself reads and writes nowhere
    else whatever the index is.
  }];
  let methods = [InterfaceMethod<"The operands that hold indices, and their bounds.",
    "::llvm::SmallVector<::mlir::mimo::IndexBound>", "getIndexBounds">];
}

def NamesRunTimeSize : OpInterface<"NamesRunTimeSize"> {
  let cppNamespace = "::mlir::mimo";
  let description = [{
    An op whose result has a run-time size that it names itself, by the attribute `dim`, and takes as an operand: no tensor that it takes
    need have it. Types bear the name until they are lowered.
  }];
  let methods = [InterfaceMethod<"From here on the operand alone says what the size is.", "void", "forgetName">];
}

def WeighsValues : OpInterface<"WeighsValues"> {
  let cppNamespace = "::mlir::mimo";
  let description = [{A loss whose values count differently in a mean (class weights: PyTorch divides by their sum).}];
  let methods = [InterfaceMethod<"What each value counts for, of the values' shape; null where each counts for 1.",
    "::mlir::Value", "emitCounts", (ins "::mlir::OpBuilder &":$builder)>];
}

def KeepsStates : OpInterface<"KeepsStates"> {
  let cppNamespace = "::mlir::mimo";
  let description = [{
    A metric that is more than a mean of values. Its results (f64, without the batch) are sums over the rows of a batch, so that those
    of batches are added; the run-time support makes the figure of the totals.
  }];
  let methods = [
    InterfaceMethod<"What the results are called.", "::llvm::SmallVector<::llvm::StringRef>", "getFields">,
    InterfaceMethod<"How the figure is made of them: a rule of the run-time support (lib/Runtime/Metrics.c).", "::llvm::StringRef", "getRule">,
    InterfaceMethod<"The operand whose elements are counted: `where` and `weight` must have a leading part of its shape.",
      "::mlir::Value", "getCounted">];
}

def ModeDependent : OpInterface<"ModeDependent"> {
  let cppNamespace = "::mlir::mimo";
  let description = [{An op that does something else in evaluation than in training (dropout, batchnorm).}];
  let methods = [
    InterfaceMethod<[{The values that stand for the results in evaluation, already present or emitted. What is emitted is
      differentiable.}],
      "::llvm::SmallVector<::mlir::Value>", "emitEvaluation", (ins "::mlir::OpBuilder &":$builder)>,
    InterfaceMethod<"What the run-time size of the first result must be at least in training.", "int64_t", "getLeastRows", (ins), "", [{ return 1; }]>];
}

def SparseRows : OpInterface<"SparseRows"> {
  let cppNamespace = "::mlir::mimo";
  let description = [{
    A tensor that is zero, or another tensor, but for some rows: what is added to it stands in `values`, a row for each of
    `indices`. A cotangent of this kind need not be computed as a whole tensor: an optimizer can read its rows.
  }];
  let methods = [
    InterfaceMethod<"i32 or i64, any rank.", "::mlir::Value", "getRowIndices">,
    InterfaceMethod<"The shape of the indices, then that of a row.", "::mlir::Value", "getRowValues">,
    InterfaceMethod<"The tensor that the rows are added to; null for zeros.", "::mlir::Value", "getRowsBase">,
    InterfaceMethod<"The index whose rows count for nothing; -1 if there is none.", "int64_t", "getIgnoredRow">,
    InterfaceMethod<"Emits these rows added to `base` instead.", "::mlir::Value", "addRowsTo",
      (ins "::mlir::OpBuilder &":$builder, "::mlir::Value":$base)>];
}

def OptimizerRule : OpInterface<"OptimizerRule"> {
  let cppNamespace = "::mlir::mimo";
  let description = [{
    The update of one parameter: operands are the parameter, its gradient, the state tensors of the parameter's shape,
    the learning rate (tensor<f64>) and the random state (tensor<3xi64>: seed, step, random; step counts from 0).
    Results are the new parameter and the new state, in that order. The settings are the op's attributes.
  }];
  let methods = [
    StaticInterfaceMethod<"What a call in the language may set; `lr` first.",
      "::mlir::mimo::Signature", "getSettings">,
    StaticInterfaceMethod<"PyTorch's names of the state tensors that these settings need, in operand order.",
      "::llvm::SmallVector<::llvm::StringRef>", "getStateNames", (ins "::mlir::DictionaryAttr":$settings)>,
    StaticInterfaceMethod<"What every element of a state tensor is before the first step, in the order of the names; none: 0.",
      "::llvm::SmallVector<double>", "getStateStarts", (ins "::mlir::DictionaryAttr":$settings), "", [{ return {}; }]>,
    StaticInterfaceMethod<"Emits an error at `loc` and fails where settings are out of range or do not fit one another.",
      "::llvm::LogicalResult", "verifySettings", (ins "::mlir::Location":$loc, "::mlir::DictionaryAttr":$settings), "",
      [{ return ::llvm::success(); }]>,
    StaticInterfaceMethod<"The settings for a parameter that is no weight of the network, such as a learned scale of a loss.",
      "::mlir::DictionaryAttr", "withoutDecay", (ins "::mlir::DictionaryAttr":$settings), "",
      [{ return replaceSetting(settings, "weight_decay", 0); }]>,
    StaticInterfaceMethod<[{Whether an element's update depends on that element's own parameter, gradient and state only, so that
      the rows of a sparse gradient can be updated alone.}],
      "bool", "isElementwise", (ins), "", [{ return true; }]>];
}

def BalancingRule : OpInterface<"BalancingRule"> {
  let cppNamespace = "::mlir::mimo";
  let description = [{
    How `minimize` weighs K losses against one another. There are two kinds.
    A rule of losses takes the K losses (rank 0), then what it keeps of each of them, then the random state if it draws. Its
    result is the value that is minimised; it is Differentiable.
    A rule of gradients takes the inner products <g_k, g_l> of the losses' gradients at the values that they share, the rows of the
    upper triangle (K (K + 1) / 2 of tensor<f64>), then the random state if it draws. Its results are the K weights of the gradients.
    The settings are the op's attributes; a rule that draws has the attribute `site`, too.
  }];
  let methods = [
    StaticInterfaceMethod<"What a call in the language may set, after the losses.", "::mlir::mimo::Signature", "getSettings">,
    StaticInterfaceMethod<"Whether it is a rule of gradients.", "bool", "weighsGradients", (ins), "", [{ return false; }]>,
    StaticInterfaceMethod<"Whether it draws random numbers.", "bool", "isRandom", (ins), "", [{ return false; }]>,
    StaticInterfaceMethod<[{What is kept of each loss: a parameter of this shape that starts as zeros. Nothing where no state is needed.
      `update` is "plain" for the optimizer's rule without weight decay or clipping, or else the name of an op that takes the
      parameter and its gradient and gives the new parameter.}],
      "::std::optional<::mlir::mimo::BalancingState>", "getKeptOfLoss", (ins), "", [{ return std::nullopt; }]>,
    StaticInterfaceMethod<"Emits an error at `loc` and fails where the settings do not fit that many losses.",
      "::llvm::LogicalResult", "verifySettings",
      (ins "::mlir::Location":$loc, "::mlir::DictionaryAttr":$settings, "size_t":$losses), "", [{ return ::llvm::success(); }]>];
}

#endif // MIMO_INTERFACES_TD
