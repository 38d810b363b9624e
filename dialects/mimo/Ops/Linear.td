// Products of matrices.
include "mimo/IR/MimoBase.td"

def Mimo_LinearOp : Mimo_PureOp<"linear", [DeclareOpInterfaceMethods<FromSource, ["buildFromCall"]>, Mimo_Differentiable]> {
  let summary = "y = x W^T + b, W [out, in] as in PyTorch's nn.Linear";
  let arguments = (ins Mimo_Tensor:$x, Mimo_Tensor:$weight, Optional<Mimo_Tensor>:$bias);
  let assemblyFormat = "$x `,` $weight (`,` $bias^)? attr-dict `:` type(operands)";
}

def Mimo_MatmulOp : Mimo_PureOp<"matmul", [Mimo_Differentiable]> {
  let summary = "op(a) op(b) for matrices, where op transposes on request; what the gradients of linear are made of";
  let arguments = (ins Mimo_Tensor:$a, Mimo_Tensor:$b, BoolAttr:$transpose_a, BoolAttr:$transpose_b);
  let assemblyFormat = "$a `,` $b `transpose` $transpose_a `,` $transpose_b attr-dict `:` type($a) `,` type($b)";
}
