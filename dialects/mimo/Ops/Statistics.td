// Reductions that are computed from sums: spread, length, and the smooth maximum.
include "mimo/IR/MimoBase.td"

class Mimo_Deviation<string mnemonic> : Mimo_Reduction<mnemonic> {
  let arguments = (ins Mimo_Tensor:$x, DenseI64ArrayAttr:$axis, BoolAttr:$keepdim, F64Attr:$correction);
}
def Mimo_VarianceOp : Mimo_Deviation<"variance"> {
  let summary = "sum (x - mean)^2 / (n - correction) over axes, in two passes, as torch.var";
}
def Mimo_StdOp : Mimo_Deviation<"std"> { let summary = "the square root of the variance, as torch.std"; }

def Mimo_NormOp : Mimo_Reduction<"norm"> {
  let summary = "(sum |x|^p)^(1/p) over axes, as torch.linalg.vector_norm; max |x| for p = inf";
  let arguments = (ins Mimo_Tensor:$x, F64Attr:$p, DenseI64ArrayAttr:$axis, BoolAttr:$keepdim);
}

def Mimo_LogsumexpOp : Mimo_Reduction<"logsumexp"> { let summary = "log sum exp(x) over axes, computed without overflow"; }
