// Convolutions and the two products that their gradients are. IR/Convolution.h says what stride, padding (before and after),
// dilation and groups mean; each list has a number for every spatial dimension.
include "mimo/IR/MimoBase.td"

defvar geometry = (ins DenseI64ArrayAttr:$stride, DenseI64ArrayAttr:$before, DenseI64ArrayAttr:$after, DenseI64ArrayAttr:$dilation,
                       I64Attr:$groups);
defvar geometryFormat = "`stride` $stride `pad` $before $after `dilation` $dilation `groups` $groups";

class Mimo_Convolution<string mnemonic, dag extra, string format>
    : Mimo_PureOp<mnemonic, [DeclareOpInterfaceMethods<FromSource, ["buildFromCall"]>, Mimo_Differentiable]> {
  let arguments = !con((ins Mimo_Tensor:$x, Mimo_Tensor:$weight, Optional<Mimo_Tensor>:$bias), geometry, extra);
  let assemblyFormat = !strconcat("$x `,` $weight (`,` $bias^)? ", geometryFormat, format, " attr-dict `:` type(operands)");
}

def Mimo_Conv1dOp : Mimo_Convolution<"conv1d", (ins), ""> {
  let summary = "convolution over [batch, channels, length], as nn.Conv1d";
}
def Mimo_Conv2dOp : Mimo_Convolution<"conv2d", (ins), ""> {
  let summary = "convolution over [batch, channels, height, width], as nn.Conv2d";
}
def Mimo_ConvTranspose2dOp : Mimo_Convolution<"conv_transpose2d", (ins DenseI64ArrayAttr:$size), " `to` $size"> {
  let summary = "the transpose of conv2d: the image of `size` that every element of x is spread over, as nn.ConvTranspose2d";
}

def Mimo_ConvInputOp : Mimo_PureOp<"conv_input", [Mimo_Differentiable]> {
  let summary = "the cotangent of a convolution's input, whose spatial sizes are `size`";
  let arguments = !con((ins Mimo_Tensor:$cotangent, Mimo_Tensor:$weight), geometry, (ins DenseI64ArrayAttr:$size));
  let assemblyFormat = !strconcat("$cotangent `,` $weight ", geometryFormat, " `to` $size attr-dict `:` type(operands)");
}
def Mimo_ConvWeightOp : Mimo_PureOp<"conv_weight", [Mimo_Differentiable]> {
  let summary = "the cotangent of a convolution's weight, whose spatial sizes are `kernel`";
  let arguments = !con((ins Mimo_Tensor:$x, Mimo_Tensor:$cotangent), geometry, (ins DenseI64ArrayAttr:$kernel));
  let assemblyFormat = !strconcat("$x `,` $cotangent ", geometryFormat, " `kernel` $kernel attr-dict `:` type(operands)");
}
