// Sums of products of tensors.
include "mimo/IR/MimoBase.td"

def Mimo_MatmulOp : Mimo_PureOp<"matmul", [DeclareOpInterfaceMethods<FromSource, ["buildFromCall"]>, Mimo_Differentiable]> {
  let summary = "op(a) op(b) for matrices, where op transposes on request; leading dimensions broadcast as in torch.matmul";
  let arguments = (ins Mimo_Tensor:$a, Mimo_Tensor:$b, BoolAttr:$transpose_a, BoolAttr:$transpose_b);
  let assemblyFormat = "$a `,` $b `transpose` $transpose_a `,` $transpose_b attr-dict `:` type($a) `,` type($b)";
}

def Mimo_EinsumOp : Mimo_PureOp<"einsum", [DeclareOpInterfaceMethods<FromSource, ["buildFromCall"]>, Mimo_Differentiable]> {
  let summary = "the product of one or two tensors, summed over the letters that the result of the equation does not have";
  let arguments = (ins Variadic<Mimo_Tensor>:$factors, StrAttr:$equation);
  let assemblyFormat = "$equation $factors attr-dict `:` type($factors)";
}
