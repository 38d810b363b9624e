// Ops that reduce the windows of images [batch, channels, length] and [batch, channels, height, width]. IR/Windows.h says what the
// lists mean; each has a number for every spatial dimension.
include "mimo/IR/MimoBase.td"

defvar windows = (ins DenseI64ArrayAttr:$kernel, DenseI64ArrayAttr:$stride, DenseI64ArrayAttr:$pad, DenseI64ArrayAttr:$dilation);
defvar windowsFormat = "`kernel` $kernel `stride` $stride `pad` $pad `dilation` $dilation";

class Mimo_OfWindows<string mnemonic, list<Trait> traits> : Mimo_PureOp<mnemonic, traits> {
  let arguments = !con((ins Mimo_Tensor:$x), windows, (ins BoolAttr:$ceil_mode));
  let assemblyFormat = !strconcat("$x ", windowsFormat, " `ceil` $ceil_mode attr-dict `:` type($x)");
}
def Mimo_MaxpoolOp : Mimo_OfWindows<"maxpool", [DeclareOpInterfaceMethods<FromSource, ["buildFromCall"]>, Mimo_Differentiable]> {
  let summary = "the largest element of every window; NaN wins; as nn.MaxPool1d and nn.MaxPool2d";
}
def Mimo_MaxPlacesOp : Mimo_OfWindows<"max_places", []> {
  let summary = "which place of every window (i32, row-major) its largest element has: the first, or the last NaN";
}
def Mimo_WindowSumOp : Mimo_OfWindows<"window_sum", [Mimo_Differentiable]> {
  let summary = "the sum of every window, where padding counts as 0";
}

class Mimo_ToWindows<string mnemonic, dag operands, string format, list<Trait> traits> : Mimo_PureOp<mnemonic, traits> {
  let arguments = !con(operands, windows, (ins DenseI64ArrayAttr:$size));
  let assemblyFormat = !strconcat(format, windowsFormat, " `to` $size attr-dict `:` type(operands)");
}
def Mimo_MaxUnpoolOp : Mimo_ToWindows<"max_unpool", (ins Mimo_Tensor:$cotangent, Mimo_Tensor:$places), "$cotangent `at` $places ", []> {
  let summary = "the cotangent of what maxpool reads: every window's goes to one place, and those of overlapping windows add up";
}
def Mimo_WindowSpreadOp : Mimo_ToWindows<"window_spread", (ins Mimo_Tensor:$cotangent), "$cotangent ", [Mimo_Differentiable]> {
  let summary = "the cotangent of what window_sum reads: every element gets the sum over the windows that see it";
}

def Mimo_AvgpoolOp : Mimo_PureOp<"avgpool", [DeclareOpInterfaceMethods<FromSource, ["buildFromCall"]>, Mimo_Differentiable]> {
  let summary = "the mean of every window, as nn.AvgPool1d and nn.AvgPool2d";
  let arguments = (ins Mimo_Tensor:$x, DenseI64ArrayAttr:$kernel, DenseI64ArrayAttr:$stride, DenseI64ArrayAttr:$pad, BoolAttr:$ceil_mode,
                   BoolAttr:$count_include_pad);
  let assemblyFormat = "$x `kernel` $kernel `stride` $stride `pad` $pad `ceil` $ceil_mode `count_padding` $count_include_pad attr-dict `:` type($x)";
}
def Mimo_AdaptiveAvgpoolOp : Mimo_PureOp<"adaptive_avgpool", [DeclareOpInterfaceMethods<FromSource, ["buildFromCall"]>, Mimo_Differentiable]> {
  let summary = "means of windows that divide each dimension into so many, as evenly as possible, as nn.AdaptiveAvgPool1d and 2d";
  let arguments = (ins Mimo_Tensor:$x, DenseI64ArrayAttr:$size);
  let assemblyFormat = "$x `to` $size attr-dict `:` type($x)";
}
def Mimo_GlobalAvgpoolOp : Mimo_PureOp<"global_avgpool", [Mimo_FromSource, Mimo_Differentiable]> {
  let summary = "the mean of every channel: [batch, channels]";
  let arguments = (ins Mimo_Tensor:$x);
  let assemblyFormat = "$x attr-dict `:` type($x)";
}
