// Layers of weights that multiply.
include "mimo/IR/MimoBase.td"

def Mimo_LinearOp : Mimo_PureOp<"linear", [DeclareOpInterfaceMethods<FromSource, ["buildFromCall"]>, Mimo_Differentiable]> {
  let summary = "y = x W^T + b, W [out, in] as in PyTorch's nn.Linear";
  let arguments = (ins Mimo_Tensor:$x, Mimo_Tensor:$weight, Optional<Mimo_Tensor>:$bias);
  let assemblyFormat = "$x `,` $weight (`,` $bias^)? attr-dict `:` type(operands)";
}

def Mimo_BilinearOp : Mimo_PureOp<"bilinear", [DeclareOpInterfaceMethods<FromSource, ["buildFromCall"]>, Mimo_Differentiable]> {
  let summary = "z[o] = x^T W[o] y + b[o], W [out, in of x, in of y] as in PyTorch's nn.Bilinear";
  let arguments = (ins Mimo_Tensor:$x, Mimo_Tensor:$y, Mimo_Tensor:$weight, Optional<Mimo_Tensor>:$bias);
  let assemblyFormat = "$x `,` $y `,` $weight (`,` $bias^)? attr-dict `:` type(operands)";
}
