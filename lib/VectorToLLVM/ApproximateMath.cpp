#include "ExponentialExpansion.h"
#include "WideMath.h"

#include "mlir/Conversion/MathToLibm/MathToLibm.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Math/Transforms/Passes.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/Transforms/DialectConversion.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace mlir;

namespace mimoc {

#define GEN_PASS_DECL_APPROXIMATEMATH
#define GEN_PASS_DEF_APPROXIMATEMATH
#include "VectorToLLVMPasses.h.inc"

namespace {

bool isSingle(Type type) { return getElementTypeOrSelf(type).isF32(); }

Type withElement(Type like, Type element) {
  auto vector = dyn_cast<VectorType>(like);
  return vector ? Type(vector.clone(element)) : element;
}

/// Upstream's polynomials that are good to 5 units in the last place. Its exp gives 0 below the normal range, its erf loses
/// the sign of -0, its sin and cos do not reduce large arguments, its atan and cbrt are off by more, and its rsqrt is an
/// estimate.
bool isUpstreamPrecise(StringRef name) {
  return llvm::is_contained({math::ExpM1Op::getOperationName(), math::LogOp::getOperationName(),
                             math::Log1pOp::getOperationName(), math::TanhOp::getOperationName()},
                            name);
}

/// f(x) in f32 = f(x) in f64, rounded: as exact as it gets. The flag says that f64's last digits are not needed, so that
/// WideMath may expand it; what it does not know has the speed of the mathematical library.
template <typename Op> class ComputeInDouble : public OpRewritePattern<Op> {
public:
  using OpRewritePattern<Op>::OpRewritePattern;

  LogicalResult matchAndRewrite(Op op, PatternRewriter &rewriter) const override {
    if (!isSingle(op.getType()))
      return failure();
    Type wide = withElement(op.getType(), rewriter.getF64Type());
    SmallVector<Value> operands;
    for (Value operand : op->getOperands())
      operands.push_back(isSingle(operand.getType())
                             ? arith::ExtFOp::create(rewriter, op.getLoc(), wide, operand).getResult()
                             : operand);
    Operation *result = rewriter.create(op.getLoc(), op->getName().getIdentifier(), operands, {wide}, op->getAttrs());
    if (auto flags = dyn_cast<arith::ArithFastMathInterface>(result))
      result->setAttr(flags.getFastMathAttrName(), arith::FastMathFlagsAttr::get(op.getContext(), arith::FastMathFlags::afn));
    rewriter.replaceOpWithNewOp<arith::TruncFOp>(op, op.getType(), result->getResult(0));
    return success();
  }
};

template <typename... Ops> void addInDouble(RewritePatternSet &patterns) {
  patterns.add<ComputeInDouble<Ops>...>(patterns.getContext());
}

/// log of a denormal: upstream takes it for the smallest normal number, so scale it up by 2^23 first.
class ScaleDenormalLogarithm : public OpRewritePattern<math::LogOp> {
public:
  ScaleDenormalLogarithm(MLIRContext *context) : OpRewritePattern(context, /*benefit=*/2) {}

  LogicalResult matchAndRewrite(math::LogOp op, PatternRewriter &rewriter) const override {
    if (!isSingle(op.getType()) || op->hasAttr(kScaled))
      return failure();
    ImplicitLocOpBuilder builder(op.getLoc(), rewriter);
    auto number = [&](float value) -> Value {
      Attribute scalar = builder.getF32FloatAttr(value);
      auto vector = dyn_cast<VectorType>(op.getType());
      return arith::ConstantOp::create(builder, vector ? TypedAttr(DenseElementsAttr::get(vector, scalar))
                                                       : cast<TypedAttr>(scalar));
    };
    Value x = op.getOperand();
    Value isDenormal = arith::CmpFOp::create(builder, arith::CmpFPredicate::OLT, x, number(1.17549435e-38f));
    Value scaled = arith::MulFOp::create(builder, x, number(8388608.0f));
    Value argument = arith::SelectOp::create(builder, isDenormal, scaled, x);
    auto log = math::LogOp::create(builder, argument);
    log->setAttr(kScaled, builder.getUnitAttr());
    Value lowered = arith::SubFOp::create(builder, log, number(15.9423847f));
    rewriter.replaceOp(op, arith::SelectOp::create(builder, isDenormal, lowered, log));
    return success();
  }

private:
  static constexpr StringLiteral kScaled = "mimo.scaled";
};

/// Without the instruction an fma is a call per element; the polynomials do not need its single rounding.
class SplitFma : public OpRewritePattern<math::FmaOp> {
public:
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(math::FmaOp op, PatternRewriter &rewriter) const override {
    Value product = arith::MulFOp::create(rewriter, op.getLoc(), op.getA(), op.getB());
    rewriter.replaceOpWithNewOp<arith::AddFOp>(op, product, op.getC());
    return success();
  }
};

/// x^n for an integer n; LLVM's powi is a call of the compiler's run-time library.
class IntegerPower : public OpRewritePattern<math::FPowIOp> {
public:
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(math::FPowIOp op, PatternRewriter &rewriter) const override {
    Value exponent = arith::SIToFPOp::create(rewriter, op.getLoc(), op.getType(), op.getRhs());
    rewriter.replaceOpWithNewOp<math::PowFOp>(op, op.getLhs(), exponent);
    return success();
  }
};

class ApproximateMathPass : public impl::ApproximateMathBase<ApproximateMathPass> {
public:
  using ApproximateMathBase::ApproximateMathBase;

  void runOnOperation() override {
    if (failed(expandSingle()) || failed(callLibrary()))
      signalPassFailure();
  }

private:
  LogicalResult expandSingle() {
    RewritePatternSet patterns(&getContext());
    patterns.add<ScaleDenormalLogarithm, IntegerPower>(&getContext());
    populateMathPolynomialApproximationPatterns(patterns, isUpstreamPrecise);
    populateExponentialExpansion(patterns);
    populateWideMathExpansion(patterns);
    addInDouble<math::AcosOp, math::AcoshOp, math::AsinOp, math::AsinhOp, math::AtanOp, math::Atan2Op, math::AtanhOp,
                math::CbrtOp, math::CosOp, math::CoshOp, math::ErfOp, math::ErfcOp, math::Exp2Op, math::Log2Op, math::Log10Op,
                math::PowFOp, math::SinOp, math::SinhOp, math::TanOp, arith::RemFOp>(patterns);
    if (!fma)
      patterns.add<SplitFma>(&getContext());
    return applyPatternsGreedily(getOperation(), std::move(patterns));
  }

  /// Functions of f64 that have no intrinsic, or one that LLVM's lowering computes badly: expm1 as exp(x) - 1.
  LogicalResult callLibrary() {
    RewritePatternSet patterns(&getContext());
    populateMathToLibmConversionPatterns(patterns);
    ConversionTarget target(getContext());
    target.markUnknownOpDynamicallyLegal([](Operation *) { return true; });
    target.addIllegalOp<math::AcoshOp, math::AsinhOp, math::AtanhOp, math::CbrtOp, math::ErfOp, math::ErfcOp,
                        math::ExpM1Op, math::Log1pOp>();
    return applyPartialConversion(getOperation(), target, std::move(patterns));
  }
};

} // namespace

} // namespace mimoc
