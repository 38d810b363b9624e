// Losses of classes before their reduction: one value for each place that the axis of classes is taken out of.
include "mimo/IR/MimoBase.td"

class Mimo_ClassLoss<string mnemonic, list<Trait> traits = []>
    : Mimo_PureOp<mnemonic, !listconcat([DeclareOpInterfaceMethods<FromSource, ["getCallContext"]>, Mimo_Differentiable,
                                         DeclareOpInterfaceMethods<TakesIndices>], traits)> {
  let assemblyFormat = "$prediction `,` $target (`along` $axis^)? attr-dict `:` type($prediction) `,` type($target)";
}
def Mimo_ClassWeights : DeclareOpInterfaceMethods<WeighsValues>;

def Mimo_CrossEntropyOp : Mimo_ClassLoss<"cross_entropy", [Mimo_ClassWeights]> {
  let summary = "log sum exp(x) - x[label] along the axis of classes, or sum of t (log sum exp(x) - x) for probabilities t";
  let arguments = (ins Mimo_Tensor:$prediction, Mimo_Tensor:$target, DefaultValuedAttr<DenseF64ArrayAttr, "{}">:$weight,
                   DefaultValuedAttr<F64Attr, "::llvm::APFloat(0.0)">:$label_smoothing, OptionalAttr<I64Attr>:$axis);
  let hasVerifier = 1;
}

def Mimo_NllOp : Mimo_ClassLoss<"nll", [Mimo_ClassWeights]> {
  let summary = "-x[label] for log-probabilities x";
  let arguments = (ins Mimo_Tensor:$prediction, Mimo_Tensor:$target, DefaultValuedAttr<DenseF64ArrayAttr, "{}">:$weight,
                   OptionalAttr<I64Attr>:$axis);
  let hasVerifier = 1;
}

def Mimo_MultiMarginOp : Mimo_ClassLoss<"multi_margin"> {
  let summary = "sum over the other classes j of max(0, margin - x[label] + x[j])^p, divided by the number of classes";
  let arguments = (ins Mimo_Tensor:$prediction, Mimo_Tensor:$target, DefaultValuedAttr<I64Attr, "1">:$p,
                   DefaultValuedAttr<F64Attr, "::llvm::APFloat(1.0)">:$margin, DefaultValuedAttr<DenseF64ArrayAttr, "{}">:$weight,
                   OptionalAttr<I64Attr>:$axis);
  let hasVerifier = 1;
}

def Mimo_FocalOp : Mimo_ClassLoss<"focal"> {
  let summary = "alpha (1 - p)^gamma times the cross-entropy, p = the probability of what is true (Lin et al. 2017); no alpha is 0.25";
  let arguments = (ins Mimo_Tensor:$prediction, Mimo_Tensor:$target, DefaultValuedAttr<DenseF64ArrayAttr, "{}">:$alpha,
                   DefaultValuedAttr<F64Attr, "::llvm::APFloat(2.0)">:$gamma, OptionalAttr<I64Attr>:$axis);
  let hasVerifier = 1;
}

def Mimo_OneHotLikeOp : Mimo_PureOp<"one_hot_like"> {
  let summary = "1 where the class along `axis` is the label's, 0 elsewhere, of the shape of `like`, whose values are not read";
  let arguments = (ins Mimo_Tensor:$label, Mimo_Tensor:$like, I64Attr:$axis);
  let assemblyFormat = "$label `like` $like `along` $axis attr-dict `:` type($label) `,` type($like)";
}
