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
    StaticInterfaceMethod<"Where the language allows the call.", "::mlir::mimo::CallContext", "getCallContext",
      (ins), "", [{ return CallContext::Network; }]>];
}

def ModeDependent : OpInterface<"ModeDependent"> {
  let cppNamespace = "::mlir::mimo";
  let description = [{An op that does something else in evaluation than in training (dropout).}];
  let methods = [InterfaceMethod<"The value that stands for the result in evaluation, already present or emitted.",
    "::mlir::Value", "emitEvaluation", (ins "::mlir::OpBuilder &":$builder)>];
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
    StaticInterfaceMethod<"Emits an error at `loc` and fails where settings are out of range or do not fit one another.",
      "::llvm::LogicalResult", "verifySettings", (ins "::mlir::Location":$loc, "::mlir::DictionaryAttr":$settings), "",
      [{ return ::llvm::success(); }]>];
}

#endif // MIMO_INTERFACES_TD
