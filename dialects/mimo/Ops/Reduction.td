// Sums and means over axes.
include "mimo/IR/MimoBase.td"

class Mimo_Reduction<string mnemonic> : Mimo_PureOp<mnemonic, [Mimo_FromSource, Mimo_Differentiable]> {
  let arguments = (ins Mimo_Tensor:$x, DenseI64ArrayAttr:$axis, BoolAttr:$keepdim);
  let assemblyFormat = "$x `over` $axis `keepdim` $keepdim attr-dict `:` type($x)";
}
def Mimo_SumOp : Mimo_Reduction<"sum"> { let summary = "the sum over axes; all axes where none is given"; }
def Mimo_MeanOp : Mimo_Reduction<"mean"> { let summary = "the mean over axes; all axes where none is given"; }
