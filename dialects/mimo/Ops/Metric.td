// Metrics before their reduction: one value an element (or a row, for classification). They have no gradient.
include "mimo/IR/MimoBase.td"

def Mimo_MetricCall : DeclareOpInterfaceMethods<FromSource, ["getCallContext"]>;

def Mimo_AccuracyOp : Mimo_PureOp<"accuracy", [Mimo_MetricCall, DeclareOpInterfaceMethods<TakesIndices>]> {
  let summary = "1 where the largest logit (the first of equals) is the label's, or a number is on its target's side of the threshold";
  let arguments = (ins Mimo_Tensor:$prediction, Mimo_Tensor:$target, OptionalAttr<I64Attr>:$axis,
                   DefaultValuedAttr<F64Attr, "::llvm::APFloat(0.0)">:$threshold);
  let assemblyFormat = "$prediction `,` $target (`along` $axis^)? attr-dict `:` type($prediction) `,` type($target)";
}

def Mimo_TopKOp : Mimo_PureOp<"top_k", [Mimo_MetricCall, DeclareOpInterfaceMethods<TakesIndices>]> {
  let summary = "1 where fewer than k logits come before the label's (larger ones, and equal ones of lower classes), else 0";
  let arguments = (ins Mimo_Tensor:$prediction, Mimo_Tensor:$target, I64Attr:$k, OptionalAttr<I64Attr>:$axis);
  let assemblyFormat = "$prediction `,` $target (`along` $axis^)? attr-dict `:` type($prediction) `,` type($target)";
  let hasVerifier = 1;
}

def Mimo_MaeOp : Mimo_PureOp<"mae", [Mimo_MetricCall]> {
  let summary = "|prediction - target|, a metric";
  let arguments = (ins Mimo_Tensor:$prediction, Mimo_Tensor:$target);
  let assemblyFormat = "$prediction `,` $target attr-dict `:` type($prediction) `,` type($target)";
}
