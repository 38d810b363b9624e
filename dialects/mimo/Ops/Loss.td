// Losses and metrics before their reduction: one value an element (or a row, for classification).
include "mimo/IR/MimoBase.td"

// Calls of losses stand in `loss` and `metric` statements only.
def Mimo_LossCall : DeclareOpInterfaceMethods<FromSource, ["getCallContext"]>;

defvar bindLoss = [{ [[maybe_unused]] Scalar x(b, loc, args[0]); [[maybe_unused]] Scalar t(b, loc, args[1]); }];
defvar lossFormals = [{ {{"prediction", FormalKind::Tensor}, {"target", FormalKind::Tensor}} }];

// An elementwise loss of prediction x and target t, which have one shape (they never broadcast against each other).
// `vjpX` and `vjpT` are Exprs of g, x and t.
class Mimo_ElementwiseLoss<string mnemonic, code compute, code vjpX, code vjpT, code formals = lossFormals,
                           code bind = bindLoss>
    : Mimo_PureOp<mnemonic, [Mimo_LossCall, Mimo_Differentiable]> {
  let summary = "element by element, of prediction x and target t:" # compute;
  let arguments = (ins Mimo_Tensor:$prediction, Mimo_Tensor:$target);
  let assemblyFormat = "$prediction `,` $target attr-dict `:` type($prediction)  `,` type($target)";
  let extraClassDefinition = [{
    ::llvm::SmallVector<::mlir::Value> $cppClass::emitLinalg(::mlir::OpBuilder &builder) {
      auto type = ::llvm::cast<::mlir::RankedTensorType>(getOut().getType());
      return {elementwise(builder, getLoc(), type, getOperation()->getOperands(),
                          [&](::mlir::OpBuilder &b, ::mlir::Location loc, ::mlir::ValueRange args) -> ::mlir::Value {
        }] # bind # [{
        return }] # compute # [{;
      })};
    }
    ::mlir::mimo::Signature $cppClass::getSignature() { return }] # formals # [{; }
    ::mlir::mimo::CallContext $cppClass::getCallContext() { return ::mlir::mimo::CallContext::Loss; }
    ::llvm::LogicalResult $cppClass::inferReturnTypes(::mlir::MLIRContext *, std::optional<::mlir::Location> loc,
        $cppClass::Adaptor op, ::llvm::SmallVectorImpl<::mlir::Type> &types) {
      return inferElementwiseLoss(loc, "}] # mnemonic # [{", op.getPrediction(), op.getTarget(), types);
    }
    ::llvm::SmallVector<::mlir::Value> $cppClass::emitVjp(::mlir::OpBuilder &builder, ::mlir::ValueRange cotangents,
                                                          ::llvm::ArrayRef<bool> needed) {
      [[maybe_unused]] Expr g(builder, getLoc(), cotangents[0]);
      [[maybe_unused]] Expr x(builder, getLoc(), getPrediction());
      [[maybe_unused]] Expr t(builder, getLoc(), getTarget());
      ::mlir::Value dx = needed[0] ? ::mlir::Value(}] # vjpX # [{) : nullptr;
      ::mlir::Value dt = needed[1] ? ::mlir::Value(}] # vjpT # [{) : nullptr;
      return {dx, dt};
    }
  }];
}

def Mimo_MseOp : Mimo_ElementwiseLoss<"mse", [{ (x - t) * (x - t) }], [{ g * 2.0 * (x - t) }], [{ g * 2.0 * (t - x) }]>;
def Mimo_L1Op : Mimo_ElementwiseLoss<"l1", [{ abs(x - t) }], [{ g * sign(x - t) }], [{ g * sign(t - x) }]>;

// d^2 / (2 beta) for |d| < beta, |d| - beta / 2 beyond (Girshick, Fast R-CNN, 2015; PyTorch's smooth_l1_loss).
def Mimo_SmoothL1Op : Mimo_ElementwiseLoss<"smooth_l1",
    [{ smoothL1(x - t, getBeta().convertToDouble()) }],
    [{ g * smoothL1Slope(x - t, getBeta().convertToDouble()) }],
    [{ g * smoothL1Slope(t - x, getBeta().convertToDouble()) }],
    [{ {{"prediction", FormalKind::Tensor}, {"target", FormalKind::Tensor}, {"beta", FormalKind::Number, 1.0}} }]> {
  let arguments = (ins Mimo_Tensor:$prediction, Mimo_Tensor:$target, F64Attr:$beta);
  let hasVerifier = 1;
}

// -t log s(x) - (1 - t) log(1 - s(x)) in the form that neither overflows nor cancels: max(x, 0) - x t + log1p(e^-|x|).
def Mimo_BceWithLogitsOp : Mimo_ElementwiseLoss<"bce_with_logits",
    [{ maximum(x, x.constant(0.0)) - x * t + log1p(exp(-abs(x))) }], [{ g * (sigmoid(x) - t) }], [{ -(g * x) }]>;

def Mimo_CrossEntropyOp : Mimo_PureOp<"cross_entropy", [Mimo_LossCall, Mimo_Differentiable]> {
  let summary = "log sum exp(x) - x[label] for logits x [batch, classes] and class indices [batch]";
  let arguments = (ins Mimo_Tensor:$prediction, Mimo_Tensor:$target);
  let assemblyFormat = "$prediction `,` $target attr-dict `:` type($prediction) `,` type($target)";
}

def Mimo_AccuracyOp : Mimo_PureOp<"accuracy", [Mimo_LossCall]> {
  let summary = "1 where the largest logit (the first of equals) is the label's, else 0";
  let arguments = (ins Mimo_Tensor:$prediction, Mimo_Tensor:$target);
  let assemblyFormat = "$prediction `,` $target attr-dict `:` type($prediction) `,` type($target)";
}

def Mimo_MaeOp : Mimo_PureOp<"mae", [Mimo_LossCall]> {
  let summary = "|prediction - target|, a metric";
  let arguments = (ins Mimo_Tensor:$prediction, Mimo_Tensor:$target);
  let assemblyFormat = "$prediction `,` $target attr-dict `:` type($prediction) `,` type($target)";
}

def Mimo_FirstOutOfRangeOp : Mimo_PureOp<"first_out_of_range"> {
  let summary = "the linear index of the first selected value outside [0, bound), or -1";
  let arguments = (ins Mimo_Tensor:$values, Optional<Mimo_Tensor>:$mask, I64Attr:$bound);
  let assemblyFormat = "$values (`where` $mask^)? `<` $bound attr-dict `:` type(operands)";
}
