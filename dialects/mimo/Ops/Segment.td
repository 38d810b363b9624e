// Ops on the rows of segments: rows with one index belong together, such as the messages that a node of a graph receives.
include "mimo/IR/MimoBase.td"

// x [n, ...] and index [n]: row i belongs to segment index[i], one of `count`. Where that is -1 there are `size` segments, which `dim` names.
class Mimo_Segment<string mnemonic, dag more = (ins)> : Mimo_PureOp<mnemonic, [DeclareOpInterfaceMethods<FromSource, ["buildFromCall"]>,
                   Mimo_Differentiable, DeclareOpInterfaceMethods<TakesIndices>, DeclareOpInterfaceMethods<NamesRunTimeSize>, Mimo_MixesDims]> {
  let arguments = !con((ins Mimo_Tensor:$x, Mimo_Tensor:$index, Optional<Mimo_Tensor>:$size, I64Attr:$count, OptionalAttr<StrAttr>:$dim), more);
  let assemblyFormat = "$x `by` $index `into` $count (`of` $dim^)? (`counted` $size^)? attr-dict `:` type(operands)";
  code shared = [{
    ::mlir::mimo::Signature $cppClass::getSignature() { return segmentSignature(); }
    ::llvm::FailureOr<::mlir::Value> $cppClass::buildFromCall(CallSite &call) { return buildSegmentOp(call, getOperationName()); }
    ::llvm::SmallVector<IndexBound> $cppClass::getIndexBounds() { return segmentBounds(1, getCount(), getDim()); }
    void $cppClass::forgetName() { removeDimAttr(); }
  }];
  let extraClassDefinition = shared;
}

def Mimo_SegmentSumOp : Mimo_Segment<"segment_sum"> {
  let summary = "the sum of the rows of each segment, in their order; 0 for one without rows";
}

def Mimo_SegmentMeanOp : Mimo_Segment<"segment_mean"> {
  let summary = "the mean of the rows of each segment; 0 for one without rows";
}

def Mimo_SegmentMaxOp : Mimo_Segment<"segment_max"> {
  let summary = "the largest element of each column of each segment, 0 for one without rows; equal ones share the gradient";
}

def Mimo_SegmentSoftmaxOp : Mimo_Segment<"segment_softmax"> {
  let summary = "exp(x) divided by its sum over the rows of the segment, computed from x minus their maximum";
}

def Mimo_DegreeOp : Mimo_PureOp<"degree", [DeclareOpInterfaceMethods<FromSource, ["buildFromCall"]>, DeclareOpInterfaceMethods<TakesIndices>,
                                           DeclareOpInterfaceMethods<NamesRunTimeSize>, Mimo_MixesDims]> {
  let summary = "how often each index occurs: the degree of each node, from one end of the edges";
  let arguments = (ins Mimo_Tensor:$index, Optional<Mimo_Tensor>:$size, I64Attr:$count, OptionalAttr<StrAttr>:$dim, TypeAttr:$precision);
  let assemblyFormat = "$index `into` $count (`of` $dim^)? (`counted` $size^)? `as` $precision attr-dict `:` type(operands)";
}
