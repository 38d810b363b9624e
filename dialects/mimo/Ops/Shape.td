// Ops that move elements and compute nothing.
include "mimo/IR/MimoBase.td"

def Mimo_ConstantOp : Mimo_PureOp<"constant"> {
  let summary = "a number, rank 0, or a table of numbers";
  let arguments = (ins TypedAttrInterface:$value);
  let assemblyFormat = "$value attr-dict";
}

def Mimo_ZerosOp : Mimo_PureOp<"zeros"> {
  let summary = "zeros of the shape of `like`; the values of `like` are not read";
  let arguments = (ins Mimo_Tensor:$like);
  let assemblyFormat = "$like attr-dict `:` type($like)";
}

def Mimo_SizeOp : Mimo_PureOp<"size"> {
  let summary = "the number of elements along some axes, as a number of the model's precision";
  let arguments = (ins Mimo_Tensor:$x, DenseI64ArrayAttr:$axes, TypeAttr:$precision);
  let assemblyFormat = "$x `along` $axes `as` $precision attr-dict `:` type($x)";
}

def Mimo_ConcatOp : Mimo_PureOp<"concat", [DeclareOpInterfaceMethods<FromSource, ["buildFromCall"]>, Mimo_Differentiable]> {
  let summary = "joins tensors along an axis (1 for ranks 2 and 4)";
  let arguments = (ins Variadic<Mimo_Tensor>:$parts, I64Attr:$axis);
  let assemblyFormat = "$parts `along` $axis attr-dict `:` type($parts)";
}

def Mimo_SliceOp : Mimo_PureOp<"slice", [Mimo_Differentiable]> {
  let summary = "a box: x[offset : offset + size] on every axis; the batch is taken whole (offset 0, size -1)";
  let arguments = (ins Mimo_Tensor:$x, DenseI64ArrayAttr:$offsets, DenseI64ArrayAttr:$sizes);
  let assemblyFormat = "$x `at` $offsets `of` $sizes attr-dict `:` type($x)";
}

def Mimo_PadLikeOp : Mimo_PureOp<"pad_like", [Mimo_Differentiable]> {
  let summary = "x at `offsets` in zeros of the shape of `like`: the cotangent of slice";
  let arguments = (ins Mimo_Tensor:$x, Mimo_Tensor:$like, DenseI64ArrayAttr:$offsets);
  let assemblyFormat = "$x `in` $like `at` $offsets attr-dict `:` type($x) `,` type($like)";
}

def Mimo_ReshapeOp : Mimo_PureOp<"reshape", [DeclareOpInterfaceMethods<FromSource, ["buildFromCall"]>, Mimo_Differentiable]> {
  let summary = "same elements in row-major order; the batch (-1) stays the leading dimension";
  let arguments = (ins Mimo_Tensor:$x, DenseI64ArrayAttr:$shape);
  let assemblyFormat = "$x `to` $shape attr-dict `:` type($x)";
}

def Mimo_FlattenOp : Mimo_PureOp<"flatten", [DeclareOpInterfaceMethods<FromSource, ["buildFromCall"]>, Mimo_Differentiable]> {
  let summary = "the dimensions from `start` (1) to `end` (the last) as one: by default [batch, a, b, ...] to [batch, a * b * ...]";
  let arguments = (ins Mimo_Tensor:$x, OptionalAttr<I64Attr>:$start, OptionalAttr<I64Attr>:$end);
  let assemblyFormat = "$x (`from` $start^)? (`to` $end^)? attr-dict `:` type($x)";
}

def Mimo_BroadcastLikeOp : Mimo_PureOp<"broadcast_like", [Mimo_Differentiable]> {
  let summary = "x repeated to the shape of `like`; x's dimension i is dimension dims[i] of the result";
  let arguments = (ins Mimo_Tensor:$x, Mimo_Tensor:$like, DenseI64ArrayAttr:$dims);
  let assemblyFormat = "$x `like` $like `dims` $dims attr-dict `:` type($x) `,` type($like)";
}
