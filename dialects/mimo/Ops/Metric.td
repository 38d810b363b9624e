// Metrics before their reduction: one value an element (or a row, for classification). They have no gradient.
include "mimo/IR/MimoBase.td"

def Mimo_MetricCall : DeclareOpInterfaceMethods<FromSource, ["getCallContext"]>;

def Mimo_AccuracyOp : Mimo_PureOp<"accuracy", [Mimo_MetricCall, DeclareOpInterfaceMethods<TakesIndices>]> {
  let summary = "1 where the largest logit (the first of equals) is the label's, or a number is on its target's side of the threshold";
  let arguments = (ins Mimo_Tensor:$prediction, Mimo_Tensor:$target, OptionalAttr<I64Attr>:$axis,
                   DefaultValuedAttr<F64Attr, "::llvm::APFloat(0.0)">:$threshold);
  let assemblyFormat = "$prediction `,` $target (`along` $axis^)? attr-dict `:` type($prediction) `,` type($target)";
}

def Mimo_TopKOp : Mimo_PureOp<"top_k", [Mimo_MetricCall, DeclareOpInterfaceMethods<TakesIndices>]> {
  let summary = "1 where fewer than k logits come before the label's (larger ones, and equal ones of lower classes), else 0";
  let arguments = (ins Mimo_Tensor:$prediction, Mimo_Tensor:$target, I64Attr:$k, OptionalAttr<I64Attr>:$axis);
  let assemblyFormat = "$prediction `,` $target (`along` $axis^)? attr-dict `:` type($prediction) `,` type($target)";
  let hasVerifier = 1;
}

// Ratios of counts: `value` is what is summed, `counts` what the sum is divided by, of p and t, which are 1 where the prediction
// and the target are positive and 0 elsewhere.
class Mimo_OfPositives<string mnemonic, string text, code value, code counts>
    : Mimo_PureOp<mnemonic, [Mimo_MetricCall, DeclareOpInterfaceMethods<TakesIndices>, DeclareOpInterfaceMethods<WeighsValues>]> {
  let summary = text;
  let arguments = (ins Mimo_Tensor:$prediction, Mimo_Tensor:$target, DefaultValuedAttr<F64Attr, "::llvm::APFloat(0.0)">:$threshold,
                   DefaultValuedAttr<I64Attr, "-1">:$class_index);
  let assemblyFormat = "$prediction `,` $target attr-dict `:` type($prediction) `,` type($target)";
  let hasVerifier = 1;
  let extraClassDefinition = [{
    ::mlir::mimo::Signature $cppClass::getSignature() { return positivesSignature(); }
    ::mlir::mimo::CallContext $cppClass::getCallContext() { return ::mlir::mimo::CallContext::Metric; }
    ::llvm::LogicalResult $cppClass::inferReturnTypes(::mlir::MLIRContext *, std::optional<::mlir::Location> loc,
        $cppClass::Adaptor op, ::llvm::SmallVectorImpl<::mlir::Type> &types) {
      return inferPositives(loc, "}] # mnemonic # [{", op.getPrediction(), op.getTarget(), types);
    }
    ::llvm::LogicalResult $cppClass::verify() {
      return verifyPositives(getLoc(), "}] # mnemonic # [{", getPrediction(), getTarget(), getClassIndex());
    }
    ::llvm::SmallVector<::mlir::mimo::IndexBound> $cppClass::getIndexBounds() { return boundsOfPositives(getPrediction(), getTarget()); }
    ::llvm::SmallVector<::mlir::Value> $cppClass::emitLinalg(::mlir::OpBuilder &builder) {
      auto [p, t] = positives(builder, getLoc(), getPrediction(), getTarget(), getThreshold().convertToDouble(), getClassIndex());
      return {}] # value # [{};
    }
    ::mlir::Value $cppClass::emitCounts(::mlir::OpBuilder &builder) {
      [[maybe_unused]] auto [p, t] = positives(builder, getLoc(), getPrediction(), getTarget(), getThreshold().convertToDouble(), getClassIndex());
      return }] # counts # [{;
    }
  }];
}
def Mimo_PrecisionOp : Mimo_OfPositives<"precision", "of what is predicted positive, how much is", [{ p * t }], [{ p }]>;
def Mimo_RecallOp : Mimo_OfPositives<"recall", "of what is positive, how much is predicted so", [{ p * t }], [{ t }]>;
def Mimo_F1Op : Mimo_OfPositives<"f1", "the harmonic mean of precision and recall: 2 sum(p t) / sum(p + t)", [{ p * t * 2.0 }], [{ p + t }]>;

def Mimo_MaeOp : Mimo_PureOp<"mae", [Mimo_MetricCall]> {
  let summary = "|prediction - target|, a metric";
  let arguments = (ins Mimo_Tensor:$prediction, Mimo_Tensor:$target);
  let assemblyFormat = "$prediction `,` $target attr-dict `:` type($prediction) `,` type($target)";
}
