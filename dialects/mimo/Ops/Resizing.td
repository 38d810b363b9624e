// Ops that add, drop, repeat and extend dimensions.
include "mimo/IR/MimoBase.td"

def Mimo_SqueezeOp : Mimo_PureOp<"squeeze", [Mimo_FromSource, Mimo_Differentiable]> {
  let summary = "without dimensions of size 1: those listed, or all";
  let arguments = (ins Mimo_Tensor:$x, DenseI64ArrayAttr:$axis);
  let assemblyFormat = "$x `without` $axis attr-dict `:` type($x)";
}

def Mimo_UnsqueezeOp : Mimo_PureOp<"unsqueeze", [Mimo_FromSource, Mimo_Differentiable]> {
  let summary = "with dimensions of size 1 at the given places of the result";
  let arguments = (ins Mimo_Tensor:$x, DenseI64ArrayAttr:$axis);
  let assemblyFormat = "$x `with` $axis attr-dict `:` type($x)";
}

def Mimo_BroadcastOp : Mimo_PureOp<"broadcast", [DeclareOpInterfaceMethods<FromSource, ["buildFromCall"]>, Mimo_Differentiable]> {
  let summary = "x repeated to a shape (-1: the batch, which is that of `like`), dimensions aligned at their end";
  let arguments = (ins Mimo_Tensor:$x, Optional<Mimo_Tensor>:$like, DenseI64ArrayAttr:$shape);
  let assemblyFormat = "$x (`like` $like^)? `to` $shape attr-dict `:` type(operands)";
}

def Mimo_TileOp : Mimo_PureOp<"tile", [Mimo_FromSource, Mimo_Differentiable]> {
  let summary = "x several times side by side, once a repeat of each axis behind the batch, as torch.tile";
  let arguments = (ins Mimo_Tensor:$x, DenseI64ArrayAttr:$repeats);
  let assemblyFormat = "$x `by` $repeats attr-dict `:` type($x)";
}

def Mimo_PadOp : Mimo_PureOp<"pad", [DeclareOpInterfaceMethods<FromSource, ["buildFromCall"]>, Mimo_Differentiable]> {
  let summary = "x with a constant before and after it along axes, one amount for all or one for each";
  let arguments = (ins Mimo_Tensor:$x, DenseI64ArrayAttr:$before, DenseI64ArrayAttr:$after, DenseI64ArrayAttr:$axis, F64Attr:$value);
  let assemblyFormat = "$x `before` $before `after` $after `along` $axis `with` $value attr-dict `:` type($x)";
}
