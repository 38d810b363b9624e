#include "mimo/Ops/GroupNorm.h"
#include "mimo/IR/Axes.h"
#include "mimo/Ops/AffineCall.h"

using namespace mlir;
using namespace mlir::mimo;

static RankedTensorType tensorType(Value value) { return cast<RankedTensorType>(value.getType()); }

//===- What both layers share -----------------------------------------------------------------------------------===//

/// How many elements a group has.
static int64_t groupSize(RankedTensorType type, int64_t groups) {
  int64_t size = type.getDimSize(1) / groups;
  for (int64_t side : type.getShape().drop_front(2))
    size *= side;
  return size;
}

static LogicalResult verifyChannels(std::optional<Location> loc, StringRef op, Value x, int64_t leastRank) {
  RankedTensorType type = tensorType(x);
  if (!isa<FloatType>(type.getElementType()))
    return refuse(loc, op, "takes a floating-point tensor, not " + describe(type), x);
  if (type.getRank() < leastRank)
    return refuse(loc, op, "input is " + describe(type) + ", not [batch, channels" + (leastRank > 2 ? ", length] or [batch, channels, height, width]" : ", ...]"), x);
  return success();
}

static LogicalResult verifyGroups(std::optional<Location> loc, StringRef op, Value x, int64_t groups, double eps) {
  int64_t channels = tensorType(x).getDimSize(1);
  if (groups < 1 || channels % groups != 0)
    return refuse(loc, op, Twine(groups) + " groups do not divide the " + Twine(channels) + " channels of " + describe(x.getType()), x);
  if (groupSize(tensorType(x), groups) < 2)
    return refuse(loc, op, "there is nothing to normalise in a group of one element of " + describe(x.getType()), x);
  if (!(eps >= 0) || std::isinf(eps))
    return refuse(loc, op, "eps is " + describe(eps) + "; it must be at least 0");
  return success();
}

static LogicalResult verifyAffine(std::optional<Location> loc, StringRef op, StringRef name, Value parameter, Value x) {
  if (!parameter || tensorType(parameter) == resized(tensorType(x), {tensorType(x).getDimSize(1)}))
    return success();
  return refuse(loc, op, name + " " + describe(parameter.getType()) + " does not fit the channels of " + describe(x.getType()));
}

/// The mean of each group of rows [batch, groups, elements].
static Expr meanOf(Expr rows) { return mean(rows, {2}, /*keep=*/true); }

/// x in groups [batch, groups, elements] without mean and with deviation 1, and what it was multiplied by. Forward and gradient
/// emit it alike, so that one copy is left where both are in a function.
struct Standardized {
  Expr normal, scale;
};
static Standardized standardize(Expr x, int64_t groups, double eps) {
  Expr rows = reshape(x, x.type().clone({x.type().getDimSize(0), groups, groupSize(x.type(), groups)}));
  Expr centred = rows - meanOf(rows);
  Expr scale = 1.0 / sqrt(meanOf(centred * centred) + eps);
  return {centred * scale, scale};
}

/// A parameter of each channel, to be broadcast over what lies in the channel.
static Expr ofChannels(OpBuilder &b, Location loc, Value parameter, RankedTensorType x) {
  SmallVector<int64_t> shape(x.getRank() - 1, 1);
  shape[0] = x.getDimSize(1);
  return reshape(Expr(b, loc, parameter), tensorType(parameter).clone(shape));
}

static Expr sumOfChannels(Expr x) {
  SmallVector<int64_t> axes{0};
  axes.append(llvm::to_vector(llvm::seq<int64_t>(2, x.type().getRank())));
  return sum(x, axes);
}

template <typename Op>
static Value normalize(Op op, OpBuilder &b, int64_t groups) {
  RankedTensorType type = tensorType(op.getX());
  Expr x(b, op.getLoc(), op.getX());
  Expr y = reshape(standardize(x, groups, op.getEps().convertToDouble()).normal, type);
  if (op.getWeight())
    y = y * ofChannels(b, op.getLoc(), op.getWeight(), type);
  if (op.getBias())
    y = y + ofChannels(b, op.getLoc(), op.getBias(), type);
  return y;
}

// y = n w + b, n = (x - mean) s:  dx = s (h - mean(h) - n mean(h n)) for h = g w,  dw = sum(g n),  db = sum(g)
template <typename Op>
static SmallVector<Value> normalizeVjp(Op op, OpBuilder &b, int64_t groups, Value cotangent, ArrayRef<bool> needed) {
  RankedTensorType type = tensorType(op.getX());
  Expr g(b, op.getLoc(), cotangent), x(b, op.getLoc(), op.getX());
  auto [n, s] = standardize(x, groups, op.getEps().convertToDouble());
  Expr weighted = op.getWeight() ? g * ofChannels(b, op.getLoc(), op.getWeight(), type) : g;
  Expr h = reshape(weighted, n.type());
  SmallVector<Value> result{needed[0] ? Value(reshape(s * (h - meanOf(h) - n * meanOf(h * n)), type)) : nullptr};
  if (op.getWeight())
    result.push_back(needed[result.size()] ? Value(sumOfChannels(g * reshape(n, type))) : nullptr);
  if (op.getBias())
    result.push_back(needed[result.size()] ? Value(sumOfChannels(g)) : nullptr);
  return result;
}

static FailureOr<Value> buildNormalization(CallSite &call, StringRef op, ArrayRef<NamedAttribute> settings) {
  int64_t channels = tensorType(call.tensor("x")).getDimSize(1);
  SmallVector<Value> operands{call.tensor("x")};
  bool isAffine = call.flag("affine");
  FailureOr<SmallVector<Value>> parameters = affineParameters(call, channels);
  if (failed(parameters))
    return failure();
  llvm::append_range(operands, *parameters);
  Builder &b = call.builder();
  SmallVector<NamedAttribute> attributes(settings);
  attributes.push_back(b.getNamedAttr("eps", b.getF64FloatAttr(call.number("eps"))));
  attributes.push_back(b.getNamedAttr("operandSegmentSizes", b.getDenseI32ArrayAttr({1, isAffine, isAffine})));
  return buildOp(call.builder(), call.loc(), op, operands, attributes);
}

static Signature normalizationSignature(bool affine) {
  return {{"x", FormalKind::Tensor},
          {"eps", FormalKind::Number, 1e-5},
          {"affine", FormalKind::Flag, affine},
          {"init", FormalKind::Initializer, {}, /*optional=*/true},
          {"bias_init", FormalKind::Initializer, {}, /*optional=*/true}};
}

//===- groupnorm ------------------------------------------------------------------------------------------------===//

Signature GroupnormOp::getSignature() {
  Signature signature = normalizationSignature(true);
  signature.insert(signature.begin() + 1, {"groups", FormalKind::Integer});
  return signature;
}

FailureOr<Value> GroupnormOp::buildFromCall(CallSite &call) {
  if (failed(verifyChannels(call.loc(), call.callee(), call.tensor("x"), 2)) ||
      failed(verifyGroups(call.locOf("groups"), call.callee(), call.tensor("x"), *call.integer("groups"), call.number("eps"))))
    return failure();
  Builder &b = call.builder();
  return buildNormalization(call, getOperationName(), b.getNamedAttr("groups", b.getI64IntegerAttr(*call.integer("groups"))));
}

LogicalResult GroupnormOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op, SmallVectorImpl<Type> &types) {
  if (failed(verifyChannels(loc, "groupnorm", op.getX(), 2)) ||
      failed(verifyGroups(loc, "groupnorm", op.getX(), op.getGroups(), op.getEps().convertToDouble())) ||
      failed(verifyAffine(loc, "groupnorm", "weight", op.getWeight(), op.getX())) ||
      failed(verifyAffine(loc, "groupnorm", "bias", op.getBias(), op.getX())))
    return failure();
  types.push_back(op.getX().getType());
  return success();
}

SmallVector<Value> GroupnormOp::emitLinalg(OpBuilder &b) { return {normalize(*this, b, getGroups())}; }
SmallVector<Value> GroupnormOp::emitVjp(OpBuilder &builder, ValueRange cotangents, ArrayRef<bool> needed) {
  return normalizeVjp(*this, builder, getGroups(), cotangents[0], needed);
}

//===- instancenorm ---------------------------------------------------------------------------------------------===//

Signature InstancenormOp::getSignature() { return normalizationSignature(false); }

FailureOr<Value> InstancenormOp::buildFromCall(CallSite &call) {
  Value x = call.tensor("x");
  if (failed(verifyChannels(call.loc(), call.callee(), x, 3)) ||
      failed(verifyGroups(call.loc(), call.callee(), x, tensorType(x).getDimSize(1), call.number("eps"))))
    return failure();
  return buildNormalization(call, getOperationName(), {});
}

LogicalResult InstancenormOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op, SmallVectorImpl<Type> &types) {
  if (failed(verifyChannels(loc, "instancenorm", op.getX(), 3)) ||
      failed(verifyGroups(loc, "instancenorm", op.getX(), tensorType(op.getX()).getDimSize(1), op.getEps().convertToDouble())) ||
      failed(verifyAffine(loc, "instancenorm", "weight", op.getWeight(), op.getX())) ||
      failed(verifyAffine(loc, "instancenorm", "bias", op.getBias(), op.getX())))
    return failure();
  types.push_back(op.getX().getType());
  return success();
}

SmallVector<Value> InstancenormOp::emitLinalg(OpBuilder &b) { return {normalize(*this, b, tensorType(getX()).getDimSize(1))}; }
SmallVector<Value> InstancenormOp::emitVjp(OpBuilder &builder, ValueRange cotangents, ArrayRef<bool> needed) {
  return normalizeVjp(*this, builder, tensorType(getX()).getDimSize(1), cotangents[0], needed);
}

#define GET_OP_CLASSES
#include "mimo/Ops/GroupNorm.cpp.inc"
