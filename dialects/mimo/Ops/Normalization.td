// Functions that normalise along an axis.
include "mimo/IR/MimoBase.td"

def Mimo_SoftmaxOp : Mimo_PureOp<"softmax", [Mimo_FromSource, Mimo_Differentiable]> {
  let summary = "exp(x - max) / sum exp(x - max) along an axis, the last by default";
  let arguments = (ins Mimo_Tensor:$x, I64Attr:$axis);
  let assemblyFormat = "$x `along` $axis attr-dict `:` type($x)";
}
