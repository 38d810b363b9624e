#include "mimo/Ops/BatchNorm.h"
#include "mimo/IR/Axes.h"
#include "mimo/Ops/AffineCall.h"

#include <cmath>

using namespace mlir;
using namespace mlir::mimo;

static RankedTensorType tensorType(Value value) { return cast<RankedTensorType>(value.getType()); }

//===- The call -------------------------------------------------------------------------------------------------===//

Signature BatchnormOp::getSignature() {
  return {{"x", FormalKind::Tensor},
          {"eps", FormalKind::Number, 1e-5},
          {.name = "momentum", .kind = FormalKind::Number, .fallback = 0.1, .words = {"none"}},
          {"affine", FormalKind::Flag, true},
          {"init", FormalKind::Initializer, {}, /*optional=*/true},
          {"bias_init", FormalKind::Initializer, {}, /*optional=*/true}};
}

/// [c], of one number for each channel.
static RankedTensorType ofChannels(RankedTensorType x) { return resized(x, {x.getDimSize(1)}); }

static LogicalResult verifyInput(std::optional<Location> loc, StringRef op, Value x, double eps) {
  RankedTensorType type = tensorType(x);
  if (!isa<FloatType>(type.getElementType()))
    return refuse(loc, op, "takes a floating-point tensor, not " + describe(type), x);
  if (type.getRank() < 2 || !type.isDynamicDim(0))
    return refuse(loc, op, "input is " + describe(type) + ", not [batch, channels] or [batch, channels, ...]", x);
  if (!(eps >= 0) || std::isinf(eps))
    return refuse(loc, op, "eps is " + describe(eps) + "; it must be at least 0");
  return success();
}

/// The elements of a channel in one row.
static int64_t elementsOfRow(RankedTensorType x) {
  int64_t elements = 1;
  for (int64_t side : x.getShape().drop_front(2))
    elements *= side;
  return elements;
}

static SmallVector<int64_t> statisticsAxes(RankedTensorType x) {
  SmallVector<int64_t> axes{0};
  llvm::append_range(axes, llvm::seq<int64_t>(2, x.getRank()));
  return axes;
}

/// What PyTorch's module keeps from step to step:
///   running_mean = (1 - m) running_mean + m mean,  running_var the same of the variance with correction 1,
/// where m is the momentum or, without one, 1 / num_batches_tracked: then they are averages of all batches.
static void keepStatistics(CallSite &call, BatchnormOp op, Value tracked) {
  Expr x(call.builder(), call.loc(), op.getX()), count(call.builder(), call.loc(), call.current(tracked));
  Expr batches = count + 1.0;
  bool cumulative = call.text("momentum") == "none";
  double momentum = call.number("momentum");
  Expr share = cumulative ? 1.0 / batches : count.constant(momentum), rest = cumulative ? 1.0 - share : count.constant(1 - momentum);
  Expr values = sizeOf(x, statisticsAxes(x.type()));
  Expr mean(call.builder(), call.loc(), op.getMean()), variance(call.builder(), call.loc(), op.getVariance());
  for (auto [buffer, value] : {std::pair(op.getRunningMean(), mean), std::pair(op.getRunningVar(), variance * (values / (values - 1.0)))}) {
    Expr before(call.builder(), call.loc(), call.current(buffer));
    call.setNext(buffer, before * rest + value * share, op.getOut());
  }
  call.setNext(tracked, batches, op.getOut());
}

FailureOr<Value> BatchnormOp::buildFromCall(CallSite &call) {
  Value x = call.tensor("x");
  if (failed(verifyInput(call.loc(), call.callee(), x, call.number("eps"))))
    return failure();
  double momentum = call.number("momentum");
  if (!(momentum >= 0 && momentum <= 1))
    return mlir::emitError(call.locOf("momentum")) << call.callee() << ": a momentum of " << describe(momentum) << " is outside [0, 1]";
  int64_t channels = tensorType(x).getDimSize(1);
  bool isAffine = call.flag("affine");
  FailureOr<SmallVector<Value>> parameters = affineParameters(call, channels);
  if (failed(parameters))
    return failure();
  FailureOr<Value> mean = call.buffer("running_mean", {channels}, 0, /*whole=*/false);
  FailureOr<Value> variance = call.buffer("running_var", {channels}, 1, /*whole=*/false);
  FailureOr<Value> tracked = call.buffer("num_batches_tracked", {}, 0, /*whole=*/true);
  if (failed(mean) || failed(variance) || failed(tracked))
    return failure();
  SmallVector<Value> operands{x, *mean, *variance};
  llvm::append_range(operands, *parameters);
  Builder &b = call.builder();
  FailureOr<Operation *> made =
      buildOperation(call.builder(), call.loc(), getOperationName(), operands,
                     {b.getNamedAttr("eps", b.getF64FloatAttr(call.number("eps"))),
                      b.getNamedAttr("operandSegmentSizes", b.getDenseI32ArrayAttr({1, 1, 1, isAffine, isAffine}))});
  if (failed(made))
    return failure();
  keepStatistics(call, cast<BatchnormOp>(*made), *tracked);
  return (*made)->getResult(0);
}

LogicalResult BatchnormOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op, SmallVectorImpl<Type> &types) {
  if (failed(verifyInput(loc, "batchnorm", op.getX(), op.getEps().convertToDouble())))
    return failure();
  RankedTensorType x = tensorType(op.getX()), row = ofChannels(x);
  for (auto [name, value] : {std::pair("running_mean", op.getRunningMean()), std::pair("running_var", op.getRunningVar()),
                             std::pair("weight", op.getWeight()), std::pair("bias", op.getBias())})
    if (value && tensorType(value) != row)
      return refuse(loc, "batchnorm", StringRef(name) + " " + describe(value.getType()) + " does not fit the channels of " + describe(x));
  types.append({x, row, row});
  return success();
}

int64_t BatchnormOp::getLeastRows() { return elementsOfRow(tensorType(getX())) > 1 ? 1 : 2; }

//===- The mathematics ------------------------------------------------------------------------------------------===//

/// A number for each channel, to be broadcast over what lies in the channel.
static Expr perChannel(Expr row, RankedTensorType x) {
  SmallVector<int64_t> shape(x.getRank() - 1, 1);
  shape[0] = x.getDimSize(1);
  return reshape(row, row.type().clone(shape));
}

namespace {
struct Parts {
  Parts(BatchnormOp op, OpBuilder &b)
      : x(b, op.getLoc(), op.getX()), eps(op.getEps().convertToDouble()),
        weight(op.getWeight() ? std::optional<Expr>(Expr(b, op.getLoc(), op.getWeight())) : std::nullopt),
        bias(op.getBias() ? std::optional<Expr>(Expr(b, op.getLoc(), op.getBias())) : std::nullopt) {}

  /// 1 / deviation of each channel.
  Expr inverse(Expr variance) const { return 1.0 / sqrt(variance + eps); }
  Expr scaled(Expr inverse) const { return weight ? inverse * *weight : inverse; }
  Expr normalize(Expr mean, Expr variance) const {
    Expr y = (x - perChannel(mean, x.type())) * perChannel(scaled(inverse(variance)), x.type());
    return bias ? y + perChannel(*bias, x.type()) : y;
  }

  Expr x;
  double eps;
  std::optional<Expr> weight, bias;
};
} // namespace

SmallVector<Value> BatchnormOp::emitEvaluation(OpBuilder &b) {
  Expr mean(b, getLoc(), getRunningMean()), variance(b, getLoc(), getRunningVar());
  return {Parts(*this, b).normalize(mean, variance), mean, variance};
}

SmallVector<Value> BatchnormOp::emitLinalg(OpBuilder &b) {
  Parts parts(*this, b);
  SmallVector<int64_t> axes = statisticsAxes(parts.x.type());
  Expr mean = mimo::mean(parts.x, axes, /*keep=*/false), centred = parts.x - perChannel(mean, parts.x.type());
  Expr variance = mimo::mean(centred * centred, axes, /*keep=*/false);
  return {parts.normalize(mean, variance), mean, variance};
}

// y = w n + b, n = (x - mean) s:  dw = sum(g n),  db = sum(g),  dx = w s (g - (db + n dw) / count)
SmallVector<Value> BatchnormOp::emitVjp(OpBuilder &builder, ValueRange cotangents, ArrayRef<bool> needed) {
  SmallVector<Value> result(needed.size());
  if (!cotangents[0])
    return result;
  Parts parts(*this, builder);
  RankedTensorType type = parts.x.type();
  SmallVector<int64_t> axes = statisticsAxes(type);
  Expr g(builder, getLoc(), cotangents[0]), mean(builder, getLoc(), getMean()), variance(builder, getLoc(), getVariance());
  Expr centred = parts.x - perChannel(mean, type), s = parts.inverse(variance);
  Expr ofBias = sum(g, axes), ofWeight = sum(g * centred, axes) * s;
  if (needed[0]) {
    Expr count = sizeOf(parts.x, axes);
    result[0] = (g - perChannel(ofBias / count, type) - centred * perChannel(s * ofWeight / count, type)) * perChannel(parts.scaled(s), type);
  }
  if (getWeight())
    result[3] = needed[3] ? Value(ofWeight) : nullptr;
  if (getBias())
    result.back() = needed.back() ? Value(ofBias) : nullptr;
  return result;
}

#define GET_OP_CLASSES
#include "mimo/Ops/BatchNorm.cpp.inc"
