// Sums of products of tensors.
include "mimo/IR/MimoBase.td"

def Mimo_MatmulOp : Mimo_PureOp<"matmul", [DeclareOpInterfaceMethods<FromSource, ["buildFromCall"]>, Mimo_Differentiable]> {
  let summary = "op(a) op(b) for matrices, where op transposes on request; leading dimensions broadcast as in torch.matmul";
  let arguments = (ins Mimo_Tensor:$a, Mimo_Tensor:$b, BoolAttr:$transpose_a, BoolAttr:$transpose_b);
  let assemblyFormat = "$a `,` $b `transpose` $transpose_a `,` $transpose_b attr-dict `:` type($a) `,` type($b)";
}

def Mimo_EinsumOp : Mimo_PureOp<"einsum", [DeclareOpInterfaceMethods<FromSource, ["buildFromCall"]>, Mimo_Differentiable]> {
  let summary = "the product of one or two tensors, summed over the letters that the result of the equation does not have";
  let arguments = (ins Variadic<Mimo_Tensor>:$factors, StrAttr:$equation);
  let assemblyFormat = "$equation $factors attr-dict `:` type($factors)";
}

// A product of the vectors along the last dimensions; the equation says which: "k,k->" or "m,n->mn".
class Mimo_VectorProduct<string mnemonic, string left, string right, string product>
    : Mimo_PureOp<mnemonic, [Mimo_FromSource, Mimo_Differentiable]> {
  let arguments = (ins Mimo_Tensor:$a, Mimo_Tensor:$b);
  let assemblyFormat = "$a `,` $b attr-dict `:` type($a) `,` type($b)";
  code equation = [{ vectorEquation(getA(), getB(), {{"}] # left # [{", "}] # right # [{"}, "}] # product # [{"}) }];
  let extraClassDefinition = [{
    ::mlir::mimo::Signature $cppClass::getSignature() { return {{"a", FormalKind::Tensor}, {"b", FormalKind::Tensor}}; }
    ::llvm::LogicalResult $cppClass::inferReturnTypes(::mlir::MLIRContext *, std::optional<::mlir::Location> loc,
        $cppClass::Adaptor op, ::llvm::SmallVectorImpl<::mlir::Type> &types) {
      return inferVectors(loc, "}] # mnemonic # [{", op.getA(), op.getB(), {{"}] # left # [{", "}] # right # [{"}, "}] # product # [{"}, types);
    }
    ::llvm::SmallVector<::mlir::Value> $cppClass::emitVjp(::mlir::OpBuilder &builder, ::mlir::ValueRange cotangents,
                                                          ::llvm::ArrayRef<bool> needed) {
      return equationVjp(builder, getLoc(),}] # equation # [{, {getA(), getB()}, cotangents[0], needed);
    }
    ::llvm::SmallVector<::mlir::Value> $cppClass::emitLinalg(::mlir::OpBuilder &builder) {
      return {emitEquation(builder, getLoc(),}] # equation # [{, {getA(), getB()}, tensorType(getOut()))};
    }
  }];
}

def Mimo_DotOp : Mimo_VectorProduct<"dot", "k", "k", ""> {
  let summary = "sums of products along the last dimension: [batch, n] and [batch, n] to [batch]";
}

def Mimo_OuterOp : Mimo_VectorProduct<"outer", "m", "n", "mn"> {
  let summary = "all products of two vectors: [batch, m] and [batch, n] to [batch, m, n]";
}
