// Losses before their reduction, element by element; and what class indices need.
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

// d^2 / 2 for |d| < delta, delta (|d| - delta / 2) beyond (Huber 1964; PyTorch's huber_loss).
def Mimo_HuberOp : Mimo_ElementwiseLoss<"huber",
    [{ huber(x - t, getDelta().convertToDouble()) }],
    [{ g * huberSlope(x - t, getDelta().convertToDouble()) }],
    [{ g * huberSlope(t - x, getDelta().convertToDouble()) }],
    [{ {{"prediction", FormalKind::Tensor}, {"target", FormalKind::Tensor}, {"delta", FormalKind::Number, 1.0}} }]> {
  let arguments = (ins Mimo_Tensor:$prediction, Mimo_Tensor:$target, F64Attr:$delta);
  let hasVerifier = 1;
}

// log cosh(x - t): half a square near 0, a distance far from it (Keras's LogCosh).
def Mimo_LogCoshOp : Mimo_ElementwiseLoss<"log_cosh", [{ logCosh(x - t) }], [{ g * logCoshSlope(x - t) }], [{ g * logCoshSlope(t - x) }]>;

// -t log x - (1 - t) log(1 - x), either logarithm at least -100 as in PyTorch, whose slope (x - t) / (x (1 - x)) has a
// divisor of at least 1e-12.
def Mimo_BceOp : Mimo_ElementwiseLoss<"bce",
    [{ (t - 1.0) * maximum(log1p(-x), x.constant(-100)) - t * maximum(log(x), x.constant(-100)) }],
    [{ g * (x - t) / atLeast(x * (1.0 - x), 1e-12) }], [{ g * (atLeast(log(1.0 - x), -100) - atLeast(log(x), -100)) }]>;

// Kullback-Leibler divergence of the target from the prediction, which is given as log-probabilities (PyTorch's kl_div):
// t (log t - x), 0 log 0 = 0; e^t (t - x) where the target is logarithms too.
def Mimo_KlDivergenceOp : Mimo_ElementwiseLoss<"kl_divergence",
    [{ getLogTarget() ? exp(t) * (t - x) : select(equal(t, t.constant(0)), 0.0, t * log(t)) - t * x }],
    [{ -(g * (getLogTarget() ? exp(t) : t)) }],
    [{ getLogTarget() ? g * exp(t) * (t - x + 1.0) : g * (log(t) + 1.0 - x) }],
    [{ {{"prediction", FormalKind::Tensor}, {"target", FormalKind::Tensor}, {"log_target", FormalKind::Flag, false}} }]> {
  let arguments = (ins Mimo_Tensor:$prediction, Mimo_Tensor:$target, BoolAttr:$log_target);
}

// Minus log-likelihood of a Poisson distribution (PyTorch's poisson_nll_loss): e^x - t x for the logarithm x of its mean,
// x - t log(x + eps) for the mean itself. `full` adds Stirling's log t! = t log t - t + log(2 pi t) / 2 for t > 1.
def Mimo_PoissonOp : Mimo_ElementwiseLoss<"poisson",
    [{ poisson(x, t, getLogInput(), getFull(), getEps().convertToDouble()) }],
    [{ getLogInput() ? g * (exp(x) - t) : g * (1.0 - t / (x + getEps().convertToDouble())) }],
    [{ g * poissonSlope(x, t, getLogInput(), getFull(), getEps().convertToDouble()) }],
    [{ {{"prediction", FormalKind::Tensor}, {"target", FormalKind::Tensor}, {"log_input", FormalKind::Flag, true},
        {"full", FormalKind::Flag, false}, {"eps", FormalKind::Number, 1e-8}} }]> {
  let arguments = (ins Mimo_Tensor:$prediction, Mimo_Tensor:$target, BoolAttr:$log_input, BoolAttr:$full, F64Attr:$eps);
}

// max(0, margin - t x) for targets -1 and 1 (Keras's Hinge).
def Mimo_HingeOp : Mimo_ElementwiseLoss<"hinge",
    [{ maximum(getMargin().convertToDouble() - t * x, x.constant(0)) }],
    [{ select(t * x < x.constant(getMargin().convertToDouble()), -(g * t), 0.0) }],
    [{ select(t * x < x.constant(getMargin().convertToDouble()), -(g * x), 0.0) }],
    [{ {{"prediction", FormalKind::Tensor}, {"target", FormalKind::Tensor}, {"margin", FormalKind::Number, 1.0}} }]> {
  let arguments = (ins Mimo_Tensor:$prediction, Mimo_Tensor:$target, F64Attr:$margin);
}

// x where t = 1, max(0, margin - x) where t = -1, their sum elsewhere (PyTorch's hinge_embedding_loss).
def Mimo_HingeEmbeddingOp : Mimo_ElementwiseLoss<"hinge_embedding",
    [{ hingeEmbedding(x, t, getMargin().convertToDouble()) }],
    [{ g * hingeEmbeddingSlope(x, t, getMargin().convertToDouble()) }], [{ g * 0.0 }],
    [{ {{"prediction", FormalKind::Tensor}, {"target", FormalKind::Tensor}, {"margin", FormalKind::Number, 1.0}} }]> {
  let arguments = (ins Mimo_Tensor:$prediction, Mimo_Tensor:$target, F64Attr:$margin);
}

def Mimo_BceWithLogitsOp : Mimo_PureOp<"bce_with_logits", [Mimo_LossCall, Mimo_Differentiable]> {
  let summary = "-w t log s(x) - (1 - t) log(1 - s(x)) for logits x; w = pos_weight, one or one for each of the last axis";
  let arguments = (ins Mimo_Tensor:$prediction, Mimo_Tensor:$target, DefaultValuedAttr<DenseF64ArrayAttr, "{}">:$pos_weight);
  let assemblyFormat = "$prediction `,` $target attr-dict `:` type($prediction)  `,` type($target)";
  let hasVerifier = 1;
}

def Mimo_GaussianNllOp : Mimo_PureOp<"gaussian_nll", [Mimo_LossCall, Mimo_Differentiable]> {
  let summary = "(log v + (x - t)^2 / v) / 2 for a variance v of at least eps; `full` adds log(2 pi) / 2";
  let arguments = (ins Mimo_Tensor:$prediction, Mimo_Tensor:$target, Mimo_Tensor:$variance, BoolAttr:$full, F64Attr:$eps);
  let assemblyFormat = "$prediction `,` $target `,` $variance attr-dict `:` type(operands)";
  let hasVerifier = 1;
}

def Mimo_FirstOutOfRangeOp : Mimo_PureOp<"first_out_of_range", [AttrSizedOperandSegments]> {
  let summary = "the linear index of the first selected value outside [0, bound), or -1";
  let description = [{The bound is `size` where that is given: a number that is known at run time only.}];
  let arguments = (ins Mimo_Tensor:$values, Optional<Mimo_Tensor>:$mask, Optional<Mimo_Tensor>:$size, I64Attr:$bound);
  let assemblyFormat = "$values (`where` $mask^)? `<` $bound (`below` $size^)? attr-dict `:` type(operands)";
}
