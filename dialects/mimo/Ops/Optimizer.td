// The update rules, with PyTorch's definitions. Each op updates one parameter and its state.
include "mimo/IR/MimoBase.td"

class Mimo_UpdateRule<string mnemonic, dag settings, list<string> optionalMethods = []>
    : Mimo_Op<mnemonic, [Pure, DeclareOpInterfaceMethods<LowersToLinalg>,
                         DeclareOpInterfaceMethods<OptimizerRule, !listconcat(["verifySettings"], optionalMethods)>, Mimo_InfersTypes]> {
  let arguments = !con((ins StaticShapeTensorOf<[F32, F64]>:$parameter, Mimo_Tensor:$gradient, Variadic<Mimo_Tensor>:$state,
                            0DTensorOf<[F64]>:$learning_rate, Mimo_RandomState:$rng), settings);
  let hasVerifier = 1;
  let results = (outs Variadic<Mimo_Tensor>:$updated);
  let assemblyFormat = "$parameter `,` $gradient `state` `(` $state `)` `lr` $learning_rate `at` $rng attr-dict `:` type(operands)";
  let extraClassDefinition = [{
    ::llvm::LogicalResult $cppClass::inferReturnTypes(::mlir::MLIRContext *, std::optional<::mlir::Location>,
        $cppClass::Adaptor op, ::llvm::SmallVectorImpl<::mlir::Type> &types) {
      types.assign(1 + op.getState().size(), op.getParameter().getType());
      return ::llvm::success();
    }
    ::llvm::LogicalResult $cppClass::verify() { return verifyUpdate(*this); }
  }];
}

def Mimo_SgdOp : Mimo_UpdateRule<"sgd", (ins F64Attr:$momentum, F64Attr:$dampening, F64Attr:$weight_decay, BoolAttr:$nesterov)> {
  let summary = "stochastic gradient descent with momentum (torch.optim.SGD)";
}
defvar adamSettings = (ins DenseF64ArrayAttr:$betas, F64Attr:$eps, F64Attr:$weight_decay, DefaultValuedAttr<BoolAttr, "false">:$amsgrad);

def Mimo_AdamOp : Mimo_UpdateRule<"adam", adamSettings> {
  let summary = "Adam (Kingma and Ba 2015), weight decay as an L2 term (torch.optim.Adam)";
}
def Mimo_AdamWOp : Mimo_UpdateRule<"adamw", adamSettings> {
  let summary = "Adam with decoupled weight decay (Loshchilov and Hutter 2019; torch.optim.AdamW)";
}
def Mimo_NAdamOp : Mimo_UpdateRule<"nadam", (ins DenseF64ArrayAttr:$betas, F64Attr:$eps, F64Attr:$weight_decay,
                                                 F64Attr:$momentum_decay, BoolAttr:$decoupled_weight_decay)> {
  let summary = "Adam with Nesterov momentum (Dozat 2016; torch.optim.NAdam)";
}
def Mimo_RMSpropOp : Mimo_UpdateRule<"rmsprop", (ins F64Attr:$alpha, F64Attr:$eps, F64Attr:$weight_decay, F64Attr:$momentum,
                                                     BoolAttr:$centered)> {
  let summary = "gradients over the root of their mean square (Tieleman and Hinton 2012; torch.optim.RMSprop)";
}
def Mimo_AdagradOp : Mimo_UpdateRule<"adagrad", (ins F64Attr:$lr_decay, F64Attr:$weight_decay, F64Attr:$initial_accumulator_value,
                                                     F64Attr:$eps), ["getStateStarts"]> {
  let summary = "gradients over the root of their sum of squares (Duchi et al. 2011; torch.optim.Adagrad)";
}
