// Layers of weights that multiply.
include "mimo/IR/MimoBase.td"

def Mimo_LinearOp : Mimo_PureOp<"linear", [DeclareOpInterfaceMethods<FromSource, ["buildFromCall"]>, Mimo_Differentiable]> {
  let summary = "y = x W^T + b, W [out, in] as in PyTorch's nn.Linear";
  let arguments = (ins Mimo_Tensor:$x, Mimo_Tensor:$weight, Optional<Mimo_Tensor>:$bias);
  let assemblyFormat = "$x `,` $weight (`,` $bias^)? attr-dict `:` type(operands)";
}
