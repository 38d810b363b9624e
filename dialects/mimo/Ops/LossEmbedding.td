// Losses of embeddings: one value a row, of distances and angles between rows of several tensors.
include "mimo/IR/MimoBase.td"

def Mimo_CosineEmbeddingOp : Mimo_PureOp<"cosine_embedding", [DeclareOpInterfaceMethods<FromSource, ["getCallContext"]>, Mimo_Differentiable]> {
  let summary = "1 - cos(a, b) where the target is 1, max(0, cos(a, b) - margin) where it is -1, along the last axis";
  let arguments = (ins Mimo_Tensor:$a, Mimo_Tensor:$b, Mimo_Tensor:$target, F64Attr:$margin);
  let assemblyFormat = "$a `,` $b `,` $target attr-dict `:` type(operands)";
}

def Mimo_TripletOp : Mimo_PureOp<"triplet", [DeclareOpInterfaceMethods<FromSource, ["getCallContext"]>, Mimo_Differentiable]> {
  let summary = "max(0, margin + |anchor - positive| - |anchor - negative|) with p-norms along the last axis";
  let arguments = (ins Mimo_Tensor:$anchor, Mimo_Tensor:$positive, Mimo_Tensor:$negative, F64Attr:$margin, F64Attr:$p, F64Attr:$eps,
                   BoolAttr:$swap);
  let assemblyFormat = "$anchor `,` $positive `,` $negative attr-dict `:` type(operands)";
  let hasVerifier = 1;
}

// s_ij = <a_i, b_j> / temperature over all pairs of the batch (van den Oord et al. 2018; symmetric: Radford et al. 2021).
class Mimo_OfPairs<string mnemonic, list<Trait> traits = []> : Mimo_PureOp<mnemonic, traits> {
  let hasVerifier = 1;
}

def Mimo_ContrastiveOp : Mimo_OfPairs<"contrastive", [DeclareOpInterfaceMethods<FromSource, ["getCallContext", "buildFromCall"]>, Mimo_Differentiable]> {
  let summary = "cross-entropy of row i of the pairwise similarities with class i: log sum_j exp(s_ij) - s_ii over the selected rows";
  let arguments = (ins Mimo_Tensor:$a, Mimo_Tensor:$b, Optional<Mimo_Tensor>:$mask, F64Attr:$temperature, BoolAttr:$symmetric);
  let assemblyFormat = "$a `,` $b (`where` $mask^)? attr-dict `:` type(operands)";
}

def Mimo_ContrastiveVjpOp : Mimo_OfPairs<"contrastive_vjp"> {
  let summary = "the cotangent of an operand of contrastive (0: a, 1: b), from the cotangent of its values";
  let arguments = (ins Mimo_Tensor:$a, Mimo_Tensor:$b, Mimo_Tensor:$cotangent, Optional<Mimo_Tensor>:$mask, F64Attr:$temperature,
                   BoolAttr:$symmetric, I64Attr:$operand);
  let assemblyFormat = "$a `,` $b `by` $cotangent (`where` $mask^)? attr-dict `:` type(operands)";
}
