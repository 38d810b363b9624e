// Rules by which `minimize` weighs losses: each gives the value that is minimised, made of K losses L_k. See BalancingRule.
include "mimo/IR/MimoBase.td"

class Mimo_LossRule<string mnemonic, dag operands, dag settings, list<string> overrides, list<Trait> traits = []>
    : Mimo_PureOp<mnemonic, !listconcat([Mimo_Differentiable, DeclareOpInterfaceMethods<BalancingRule, overrides>], traits)> {
  let arguments = !con(operands, settings);
  let extraClassDefinition = [{
    ::llvm::LogicalResult $cppClass::inferReturnTypes(::mlir::MLIRContext *, std::optional<::mlir::Location> loc,
        $cppClass::Adaptor op, ::llvm::SmallVectorImpl<::mlir::Type> &types) {
      return inferObjective(loc, "}] # mnemonic # [{", op.getLosses(), types);
    }
  }];
}

class Mimo_PlainRule<string mnemonic, dag settings = (ins), list<string> overrides = []>
    : Mimo_LossRule<mnemonic, (ins Variadic<Mimo_Tensor>:$losses), settings, overrides> {
  let assemblyFormat = "$losses attr-dict `:` type($losses)";
}
// With what it keeps of each loss.
class Mimo_KeepingRule<string mnemonic, dag settings = (ins), list<string> overrides = []>
    : Mimo_LossRule<mnemonic, (ins Variadic<Mimo_Tensor>:$losses, Variadic<Mimo_Tensor>:$state), settings,
                    !listconcat(["getKeptOfLoss"], overrides), [SameVariadicOperandSize]> {
  let assemblyFormat = "$losses `keeps` $state attr-dict `:` type($losses) `keeps` type($state)";
}

def Mimo_UncertaintyOp : Mimo_KeepingRule<"uncertainty"> {
  let summary = "sum of 1/2 exp(-s_k) L_k + 1/2 s_k with learned s_k = log variance of task k (Kendall et al., CVPR 2018)";
}
def Mimo_ImtlLOp : Mimo_KeepingRule<"imtl_l"> {
  let summary = "sum of exp(s_k) L_k - s_k with learned s_k (Liu et al., Towards impartial multi-task learning, ICLR 2021)";
}
def Mimo_DwaOp : Mimo_KeepingRule<"dwa", (ins F64Attr:$temperature, I64Attr:$period), ["verifySettings"]> {
  let summary = "sum of w_k L_k with w = K softmax(r / temperature), r_k = the loss of the last period over that of the one before";
  let description = [{
    Dynamic weight average (Liu et al., End-to-end multi-task learning with attention, CVPR 2019). The state of a loss is (running
    mean, number of its steps, mean of the last period, of the one before). Its "gradient" is an observation (L_k, 1, 0, 0): sums of
    gradients are sums of observations. dwa_history updates it. r_k is 1 where there is no earlier period, or its mean is 0.
  }];
}
def Mimo_RandomOp : Mimo_LossRule<"random", (ins Variadic<Mimo_Tensor>:$losses, Mimo_RandomState:$rng), (ins I64Attr:$site),
                                  ["isRandom"]> {
  let summary = "sum of w_k L_k with w = softmax(z), z standard normal, drawn at every step (Lin et al., TMLR 2022)";
  let assemblyFormat = "$losses `random` $rng attr-dict `:` type($losses) `random` type($rng)";
}
def Mimo_GeometricOp : Mimo_PlainRule<"geometric"> {
  let summary = "the geometric mean of the losses (Chennupati et al., MultiNet++, CVPRW 2019); gradient 0 of a loss that is 0";
}
def Mimo_TchebycheffOp : Mimo_PlainRule<"tchebycheff", (ins F64Attr:$mu, OptionalAttr<DenseF64ArrayAttr>:$weights,
                                                        OptionalAttr<DenseF64ArrayAttr>:$ideal), ["verifySettings"]> {
  let summary = "mu log sum exp(weights_k (L_k - ideal_k) / mu): a smooth maximum (Lin et al., ICML 2024)";
}

def Mimo_DwaHistoryOp : Mimo_PureOp<"dwa_history"> {
  let summary = "what dwa keeps of a loss, after one more observation";
  let arguments = (ins Mimo_Tensor:$history, Mimo_Tensor:$observation, I64Attr:$period);
  let assemblyFormat = "$history `,` $observation attr-dict `:` type($history) `,` type($observation)";
}
