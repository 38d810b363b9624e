// Rules by which `minimize` weighs gradients: each gives K weights from the inner products of K gradients. See BalancingRule.
include "mimo/IR/MimoBase.td"

class Mimo_GradientRule<string mnemonic, dag operands, dag settings = (ins), list<string> overrides = []>
    : Mimo_Op<mnemonic, [Pure, Mimo_InfersTypes, DeclareOpInterfaceMethods<LowersToLinalg>,
                         DeclareOpInterfaceMethods<BalancingRule, !listconcat(["weighsGradients", "verifySettings"], overrides)>]> {
  let arguments = !con(operands, settings);
  let results = (outs Variadic<0DTensorOf<[F64]>>:$weights);
  let extraClassDefinition = [{
    ::llvm::LogicalResult $cppClass::inferReturnTypes(::mlir::MLIRContext *, std::optional<::mlir::Location> loc,
        $cppClass::Adaptor op, ::llvm::SmallVectorImpl<::mlir::Type> &types) {
      return inferWeights(loc, "}] # mnemonic # [{", op.getProducts(), types);
    }
    ::mlir::mimo::Signature $cppClass::getSettings() { return {}; }
    bool $cppClass::weighsGradients() { return true; }
    ::llvm::LogicalResult $cppClass::verifySettings(::mlir::Location loc, ::mlir::DictionaryAttr, size_t losses) {
      return requireFew(loc, "}] # mnemonic # [{", losses);
    }
  }];
}

defvar products = (ins Variadic<0DTensorOf<[F64]>>:$products);

def Mimo_PcgradOp : Mimo_GradientRule<"pcgrad", !con(products, (ins Mimo_RandomState:$rng)), (ins I64Attr:$site), ["isRandom"]> {
  let summary = "each gradient loses its part against every other that it conflicts with, in random order (Yu et al., NeurIPS 2020)";
  let assemblyFormat = "$products `random` $rng attr-dict `:` type($products) `random` type($rng)";
}
def Mimo_MgdaOp : Mimo_GradientRule<"mgda", products> {
  let summary = "the convex combination of least norm (Desideri 2012; Sener and Koltun, NeurIPS 2018)";
  let assemblyFormat = "$products attr-dict `:` type($products)";
}
def Mimo_UpgradOp : Mimo_GradientRule<"upgrad", products> {
  let summary = "the mean of the gradients' projections onto the cone that conflicts with none of them (Quinton and Rey 2024)";
  let assemblyFormat = "$products attr-dict `:` type($products)";
}
