// Metrics that are more than a mean of values: states that are added over batches, and a rule that makes the figure of the totals.
// `counts` is how much each element counts, of the rank of what is counted; without it each counts for 1.
include "mimo/IR/MimoBase.td"

class Mimo_Figure<string mnemonic, list<Trait> traits = []>
    : Mimo_Op<mnemonic, !listconcat([Pure, Mimo_InfersTypes, DeclareOpInterfaceMethods<LowersToLinalg>,
                                     DeclareOpInterfaceMethods<FromSource, ["getCallContext", "buildResultsFromCall"]>,
                                     DeclareOpInterfaceMethods<KeepsStates>], traits)> {
  let results = (outs Variadic<StaticShapeTensorOf<[F64]>>:$states);
}

def Mimo_RmseOp : Mimo_Figure<"rmse"> {
  let summary = "the root of the mean squared error over all numbers";
  let arguments = (ins Mimo_Tensor:$prediction, Mimo_Tensor:$target, Optional<Mimo_Tensor>:$counts);
  let assemblyFormat = "$prediction `,` $target (`counting` $counts^ `:` type($counts))? attr-dict `:` type($prediction) `,` type($target)";
}

def Mimo_R2Op : Mimo_Figure<"r2"> {
  let summary = "the coefficient of determination, 1 - (residual sum of squares) / (total sum of squares), the mean over the outputs";
  let arguments = (ins Mimo_Tensor:$prediction, Mimo_Tensor:$target, Optional<Mimo_Tensor>:$counts);
  let assemblyFormat = "$prediction `,` $target (`counting` $counts^ `:` type($counts))? attr-dict `:` type($prediction) `,` type($target)";
}

def Mimo_ConfusionOp : Mimo_Figure<"confusion", [DeclareOpInterfaceMethods<TakesIndices>]> {
  let summary = "how often a class (the row) was predicted as a class (the column); the figure is the share of the diagonal";
  let arguments = (ins Mimo_Tensor:$prediction, Mimo_Tensor:$target, Optional<Mimo_Tensor>:$counts,
                   DefaultValuedAttr<F64Attr, "::llvm::APFloat(0.0)">:$threshold);
  let assemblyFormat = "$prediction `,` $target (`counting` $counts^ `:` type($counts))? attr-dict `:` type($prediction) `,` type($target)";
}

// Sums of what was rightly predicted, of what was predicted and of what there is: of one class, of all together, or of each.
class Mimo_OfPositives<string mnemonic, string text>
    : Mimo_Figure<mnemonic, [DeclareOpInterfaceMethods<TakesIndices>]> {
  let summary = text;
  let arguments = (ins Mimo_Tensor:$prediction, Mimo_Tensor:$target, Optional<Mimo_Tensor>:$counts, StrAttr:$average,
                   DefaultValuedAttr<F64Attr, "::llvm::APFloat(0.0)">:$threshold, DefaultValuedAttr<I64Attr, "-1">:$class_index);
  let assemblyFormat = [{
    $prediction `,` $target (`counting` $counts^ `:` type($counts))? `average` $average attr-dict `:` type($prediction) `,` type($target)
  }];
  let hasVerifier = 1;
  let extraClassDefinition = [{
    ::mlir::mimo::Signature $cppClass::getSignature() { return positivesSignature(); }
    ::mlir::mimo::CallContext $cppClass::getCallContext() { return ::mlir::mimo::CallContext::Metric; }
    ::llvm::FailureOr<::llvm::SmallVector<::mlir::Value>> $cppClass::buildResultsFromCall(::mlir::mimo::CallSite &call) {
      return buildFigure(call, getOperationName(), getSignature());
    }
    ::llvm::LogicalResult $cppClass::inferReturnTypes(::mlir::MLIRContext *context, std::optional<::mlir::Location> loc,
        $cppClass::Adaptor op, ::llvm::SmallVectorImpl<::mlir::Type> &types) {
      return inferPositives(context, loc, "}] # mnemonic # [{", op.getPrediction(), op.getTarget(), op.getCounts(), op.getAverage(), types);
    }
    ::llvm::LogicalResult $cppClass::verify() {
      return verifyPositives(getLoc(), "}] # mnemonic # [{", getPrediction(), getTarget(), getAverage(), getClassIndex());
    }
    ::llvm::SmallVector<::mlir::mimo::IndexBound> $cppClass::getIndexBounds() {
      return boundsOfTarget(getPrediction(), getTarget(), lastAxis(getPrediction()));
    }
    ::llvm::SmallVector<::llvm::StringRef> $cppClass::getFields() { return {"hits", "predicted", "actual"}; }
    ::llvm::StringRef $cppClass::getRule() { return getAverage() == "macro" ? "mean_}] # mnemonic # [{" : "}] # mnemonic # [{"; }
    ::mlir::Value $cppClass::getCounted() { return getTarget(); }
    ::llvm::SmallVector<::mlir::Value> $cppClass::emitLinalg(::mlir::OpBuilder &builder) {
      return emitPositives(builder, *this);
    }
  }];
}
def Mimo_PrecisionOp : Mimo_OfPositives<"precision", "of what is predicted positive, how much is">;
def Mimo_RecallOp : Mimo_OfPositives<"recall", "of what is positive, how much is predicted so">;
def Mimo_F1Op : Mimo_OfPositives<"f1", "the harmonic mean of precision and recall: 2 sum(p t) / sum(p + t)">;
