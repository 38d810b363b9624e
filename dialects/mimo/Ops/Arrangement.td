// Ops that put the elements of a tensor in another order.
include "mimo/IR/MimoBase.td"

def Mimo_FlipOp : Mimo_PureOp<"flip", [Mimo_FromSource, Mimo_Differentiable]> {
  let summary = "the elements in reverse order along axes";
  let arguments = (ins Mimo_Tensor:$x, DenseI64ArrayAttr:$axis);
  let assemblyFormat = "$x `along` $axis attr-dict `:` type($x)";
}

def Mimo_PermuteOp : Mimo_PureOp<"permute", [Mimo_FromSource, Mimo_Differentiable]> {
  let summary = "dimension i of the result is dimension axes[i] of x; the batch stays in front";
  let arguments = (ins Mimo_Tensor:$x, DenseI64ArrayAttr:$axes);
  let assemblyFormat = "$x `by` $axes attr-dict `:` type($x)";
}

def Mimo_TransposeOp : Mimo_PureOp<"transpose", [Mimo_FromSource, Mimo_Differentiable]> {
  let summary = "exchanges two axes, the last two by default; the batch stays in front";
  let arguments = (ins Mimo_Tensor:$x, I64Attr:$first, I64Attr:$second);
  let assemblyFormat = "$x `axes` $first `,` $second attr-dict `:` type($x)";
}
