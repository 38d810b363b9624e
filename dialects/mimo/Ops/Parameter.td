// Tensors that are trained for themselves.
include "mimo/IR/MimoBase.td"

def Mimo_ParameterOp : Mimo_PureOp<"parameter", [DeclareOpInterfaceMethods<FromSource, ["buildFromCall"]>, Mimo_Differentiable]> {
  let summary = "the value of a parameter that belongs to no layer, as nn.Parameter";
  let arguments = (ins Mimo_Tensor:$x);
  let assemblyFormat = "$x attr-dict `:` type($x)";
}
