// Tensors side by side along a new axis, and apart along an old one.
include "mimo/IR/MimoBase.td"

def Mimo_StackOp : Mimo_PureOp<"stack", [Mimo_FromSource, Mimo_Differentiable]> {
  let summary = "joins tensors of one shape along a new axis";
  let arguments = (ins Variadic<Mimo_Tensor>:$parts, I64Attr:$axis);
  let assemblyFormat = "$parts `along` $axis attr-dict `:` type($parts)";
}

def Mimo_SplitOp : Mimo_Op<"split", [Pure, Mimo_InfersTypes, DeclareOpInterfaceMethods<LowersToLinalg>, Mimo_Differentiable,
                                     DeclareOpInterfaceMethods<FromSource, ["buildResultsFromCall"]>]> {
  let summary = "cuts a tensor along an axis into parts of the given sizes";
  let arguments = (ins Mimo_Tensor:$x, DenseI64ArrayAttr:$sizes, I64Attr:$axis);
  let results = (outs Variadic<Mimo_Tensor>:$parts);
  let assemblyFormat = "$x `into` $sizes `along` $axis attr-dict `:` type($x)";
}
