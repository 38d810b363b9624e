// Scaled dot-product attention [Vaswani et al., "Attention is all you need", 2017, section 3.2.1].
include "mimo/IR/MimoBase.td"

def Mimo_AttentionWeightsOp
    : Mimo_PureOp<"attention_weights", [DeclareOpInterfaceMethods<FromSource, ["buildFromCall"]>, Mimo_Differentiable]> {
  let summary = "softmax(scale q k^T) over the keys that a mask allows; zeros where it allows none";
  let arguments = (ins Mimo_Tensor:$q, Mimo_Tensor:$k, Optional<Mimo_Tensor>:$mask, BoolAttr:$causal, F64Attr:$scale);
  let assemblyFormat = "$q `,` $k (`mask` $mask^)? `causal` $causal `scale` $scale attr-dict `:` type(operands)";
}

def Mimo_AttentionOp : Mimo_PureOp<"attention", [DeclareOpInterfaceMethods<FromSource, ["buildFromCall"]>, Mimo_Differentiable]> {
  let summary = "attention_weights(q, k) v: values [..., keys, size], weighted for every query";
  let arguments = (ins Mimo_Tensor:$q, Mimo_Tensor:$k, Mimo_Tensor:$v, Optional<Mimo_Tensor>:$mask, BoolAttr:$causal, F64Attr:$scale);
  let assemblyFormat = "$q `,` $k `,` $v (`mask` $mask^)? `causal` $causal `scale` $scale attr-dict `:` type(operands)";
}
