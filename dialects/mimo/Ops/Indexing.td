// Ops that read or write at indices which are data.
include "mimo/IR/MimoBase.td"

def Mimo_TakesIndices : DeclareOpInterfaceMethods<TakesIndices>;

def Mimo_TakeOp : Mimo_PureOp<"take", [Mimo_FromSource, Mimo_Differentiable, Mimo_TakesIndices, Mimo_MixesDims]> {
  let summary = "slices of x along an axis, one for each index: the index's shape stands in the axis's place (numpy.take)";
  let arguments = (ins Mimo_Tensor:$x, Mimo_Tensor:$index, I64Attr:$axis);
  let assemblyFormat = "$x `at` $index `along` $axis attr-dict `:` type($x) `,` type($index)";
}

def Mimo_AddRowsOp : Mimo_PureOp<"add_rows", [Mimo_Differentiable, Mimo_TakesIndices, Mimo_MixesDims, DeclareOpInterfaceMethods<SparseRows>]> {
  let summary = "adds slices along an axis at their indices, in the order of the indices, to `base` or (`like`) to zeros of its shape: the cotangent of take";
  let arguments = (ins Mimo_Tensor:$base, Mimo_Tensor:$index, Mimo_Tensor:$values, I64Attr:$axis, I64Attr:$ignored, UnitAttr:$like);
  let assemblyFormat = "(`like` $like^)? $base `at` $index `add` $values `along` $axis `but` $ignored attr-dict `:` type(operands)";
}

def Mimo_GatherOp : Mimo_PureOp<"gather", [Mimo_FromSource, Mimo_Differentiable, Mimo_TakesIndices, Mimo_MixesDims]> {
  let summary = "y[i][j] = x[index[i][j]][j] along axis 0, and so on: an index for every element (torch.gather)";
  let arguments = (ins Mimo_Tensor:$x, Mimo_Tensor:$index, I64Attr:$axis);
  let assemblyFormat = "$x `at` $index `along` $axis attr-dict `:` type($x) `,` type($index)";
}

def Mimo_ScatterAddOp : Mimo_PureOp<"scatter_add", [Mimo_FromSource, Mimo_Differentiable, Mimo_TakesIndices, Mimo_MixesDims]> {
  let summary = "x with x[index[i][j]][j] += source[i][j] along axis 0, and so on, in the order of the elements (torch.scatter_add)";
  let arguments = (ins Mimo_Tensor:$x, Mimo_Tensor:$index, Mimo_Tensor:$source, I64Attr:$axis);
  let assemblyFormat = "$x `at` $index `add` $source `along` $axis attr-dict `:` type($x) `,` type($index) `,` type($source)";
}

def Mimo_OneHotOp : Mimo_PureOp<"one_hot", [DeclareOpInterfaceMethods<FromSource, ["buildFromCall"]>, Mimo_TakesIndices]> {
  let summary = "class indices of any shape to [..., classes] of 0 and 1; zeros for an index that no class has";
  let arguments = (ins Mimo_Tensor:$label, I64Attr:$classes, TypeAttr:$precision);
  let assemblyFormat = "$label `of` $classes `as` $precision attr-dict `:` type($label)";
}
