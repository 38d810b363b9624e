// Layers that normalise each sample by its own mean and variance.
include "mimo/IR/MimoBase.td"

def Mimo_LayernormOp : Mimo_PureOp<"layernorm", [DeclareOpInterfaceMethods<FromSource, ["buildFromCall"]>,
                                                 Mimo_Differentiable, AttrSizedOperandSegments]> {
  let summary = "(x - mean) / sqrt(variance + eps) over the dimensions from `axis` on, times weight plus bias, as nn.LayerNorm";
  let arguments = (ins Mimo_Tensor:$x, Optional<Mimo_Tensor>:$weight, Optional<Mimo_Tensor>:$bias, I64Attr:$axis, F64Attr:$eps);
  let assemblyFormat = "$x (`weight` $weight^)? (`bias` $bias^)? `from` $axis `eps` $eps attr-dict `:` type(operands)";
}

def Mimo_RmsnormOp : Mimo_PureOp<"rmsnorm", [DeclareOpInterfaceMethods<FromSource, ["buildFromCall"]>, Mimo_Differentiable]> {
  let summary = "x / sqrt(mean(x^2) + eps) over the dimensions from `axis` on, times weight, as nn.RMSNorm";
  let arguments = (ins Mimo_Tensor:$x, Optional<Mimo_Tensor>:$weight, I64Attr:$axis, F64Attr:$eps);
  let assemblyFormat = "$x (`weight` $weight^)? `from` $axis `eps` $eps attr-dict `:` type(operands)";
}
