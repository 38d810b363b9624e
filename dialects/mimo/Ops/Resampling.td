// Images and sequences of another size. Steps and weights stand in the attr-dict: written by name, MLIR prints six digits of them.
include "mimo/IR/MimoBase.td"

def Mimo_UpsampleOp : Mimo_PureOp<"upsample", [DeclareOpInterfaceMethods<FromSource, ["buildFromCall"]>, Mimo_Differentiable]> {
  let summary = "images [batch, channels, spatial...] of another size, by the nearest element or linearly between them, as nn.Upsample";
  let description = [{
    `step` is how far elements of the result lie apart along each spatial dimension of x. `corners` says that the corners of x and of the
    result are one (align_corners); else the edges of their outer elements are.
  }];
  let arguments = (ins Mimo_Tensor:$x, DenseI64ArrayAttr:$size, DenseF64ArrayAttr:$step, BoolAttr:$linear, BoolAttr:$corners);
  let assemblyFormat = "$x `to` $size `linear` $linear `corners` $corners attr-dict `:` type($x)";
  let hasVerifier = 1;
}

def Mimo_ResampleOp : Mimo_PureOp<"resample", [Mimo_Differentiable]> {
  let summary = "each element along an axis from some of x's: the sum of weights[j, k] x[taps[j, k]] over k";
  let description = [{`taps` and `weights` are rows of `count`; a tap of -1 is none. The gradient is a resample, too.}];
  let arguments = (ins Mimo_Tensor:$x, I64Attr:$axis, I64Attr:$count, DenseI64ArrayAttr:$taps, DenseF64ArrayAttr:$weights);
  let assemblyFormat = "$x `along` $axis `count` $count `taps` $taps attr-dict `:` type($x)";
  let hasVerifier = 1;
}
