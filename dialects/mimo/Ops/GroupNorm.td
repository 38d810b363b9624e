// Layers that normalise the channels [batch, channels, ...] of each sample, alone or in groups.
include "mimo/IR/MimoBase.td"

class Mimo_OfChannels<string mnemonic, dag extra, string format>
    : Mimo_PureOp<mnemonic, [DeclareOpInterfaceMethods<FromSource, ["buildFromCall"]>, Mimo_Differentiable, AttrSizedOperandSegments]> {
  let arguments = !con((ins Mimo_Tensor:$x, Optional<Mimo_Tensor>:$weight, Optional<Mimo_Tensor>:$bias), extra, (ins F64Attr:$eps));
  let assemblyFormat = !strconcat("$x (`weight` $weight^)? (`bias` $bias^)? ", format, "`eps` $eps attr-dict `:` type(operands)");
}
def Mimo_GroupnormOp : Mimo_OfChannels<"groupnorm", (ins I64Attr:$groups), "`groups` $groups "> {
  let summary = "(x - mean) / sqrt(variance + eps) of each group of channels, times weight plus bias of each channel, as nn.GroupNorm";
}
def Mimo_InstancenormOp : Mimo_OfChannels<"instancenorm", (ins), ""> {
  let summary = "(x - mean) / sqrt(variance + eps) of each channel, times weight plus bias, as nn.InstanceNorm1d and 2d without running statistics";
}
