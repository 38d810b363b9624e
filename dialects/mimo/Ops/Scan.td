// Running sums.
include "mimo/IR/MimoBase.td"

def Mimo_CumsumOp : Mimo_PureOp<"cumsum", [Mimo_FromSource, Mimo_Differentiable]> {
  let summary = "y_i = sum of x_j for j <= i along an axis; j < i where exclusive; from the end where reverse";
  let arguments = (ins Mimo_Tensor:$x, I64Attr:$axis, BoolAttr:$exclusive, BoolAttr:$reverse);
  let assemblyFormat = "$x `along` $axis `exclusive` $exclusive `reverse` $reverse attr-dict `:` type($x)";
}
