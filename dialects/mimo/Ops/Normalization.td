// Functions that normalise along axes.
include "mimo/IR/MimoBase.td"

class Mimo_AlongAxis<string mnemonic> : Mimo_PureOp<mnemonic, [Mimo_FromSource, Mimo_Differentiable]> {
  let arguments = (ins Mimo_Tensor:$x, I64Attr:$axis);
  let assemblyFormat = "$x `along` $axis attr-dict `:` type($x)";
}
def Mimo_SoftmaxOp : Mimo_AlongAxis<"softmax"> {
  let summary = "exp(x - max) / sum exp(x - max) along an axis, the last by default";
}
def Mimo_SoftminOp : Mimo_AlongAxis<"softmin"> { let summary = "softmax(-x) along an axis, the last by default"; }
def Mimo_LogSoftmaxOp : Mimo_AlongAxis<"log_softmax"> {
  let summary = "x - max - log sum exp(x - max) along an axis, the last by default";
}

def Mimo_L2NormalizeOp : Mimo_PureOp<"l2_normalize", [Mimo_FromSource, Mimo_Differentiable]> {
  let summary = "x / max(||x||, eps) along axes, the last by default, as F.normalize";
  let arguments = (ins Mimo_Tensor:$x, DenseI64ArrayAttr:$axis, F64Attr:$eps);
  let assemblyFormat = "$x `over` $axis `eps` $eps attr-dict `:` type($x)";
}
