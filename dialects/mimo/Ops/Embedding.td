// Tables that are read by row.
include "mimo/IR/MimoBase.td"

def Mimo_EmbeddingOp : Mimo_PureOp<"embedding", [DeclareOpInterfaceMethods<FromSource, ["buildFromCall"]>, Mimo_Differentiable,
                                                 DeclareOpInterfaceMethods<TakesIndices>]> {
  let summary = "rows of a table [count, dim], one for each id; the row `padding` (-1: none) gets no gradient (torch.nn.Embedding)";
  let arguments = (ins Mimo_Tensor:$ids, Mimo_Tensor:$weight, I64Attr:$padding);
  let assemblyFormat = "$ids `in` $weight `padding` $padding attr-dict `:` type($ids) `,` type($weight)";
}

def Mimo_EmbeddingBagOp : Mimo_PureOp<"embedding_bag", [DeclareOpInterfaceMethods<FromSource, ["buildFromCall"]>, Mimo_Differentiable,
                                                         DeclareOpInterfaceMethods<TakesIndices>]> {
  let summary = "the sum, mean or largest element of a table's rows over the last axis of the ids, without those of the padding (torch.nn.EmbeddingBag)";
  let arguments = (ins Mimo_Tensor:$ids, Mimo_Tensor:$weight, Optional<Mimo_Tensor>:$sample_weights, StrAttr:$mode, I64Attr:$padding);
  let assemblyFormat = "$mode $ids `in` $weight (`times` $sample_weights^)? `padding` $padding attr-dict `:` type(operands)";
}
