#include "mimo/Ops/Random.h"
#include "mimo/IR/Expr.h"
#include "mimo/IR/Inference.h"
#include "mimo/IR/Scalar.h"

using namespace mlir;
using namespace mlir::mimo;

static RankedTensorType tensorType(Value value) { return cast<RankedTensorType>(value.getType()); }

namespace {
/// The scalars that every element of a random op shares, read once outside the loop. 32-bit words in i64.
struct RandomKey {
  Value seedLow, seedHigh, step, isOn;
};
/// Four 32-bit words, each zero-extended in an i64: the 32 x 32 -> 64 bit products of Philox stay plain multiplications.
using Words = std::array<Scalar, 4>;
} // namespace

static constexpr int64_t kWordMask = 0xffffffff;

static Scalar lowWord(Scalar x) {
  Value mask = arith::ConstantIntOp::create(*x.builder, x.loc, kWordMask, 64);
  return x.with(arith::AndIOp::create(*x.builder, x.loc, x.value, mask));
}
static Scalar highWord(Scalar x) {
  Value shift = arith::ConstantIntOp::create(*x.builder, x.loc, 32, 64);
  return x.with(arith::ShRUIOp::create(*x.builder, x.loc, x.value, shift));
}
static Scalar exclusiveOr(Scalar a, Scalar b) { return a.with(arith::XOrIOp::create(*a.builder, a.loc, a.value, b.value)); }

/// One Philox4x32 block: ten rounds over the counter with the key (Salmon et al., "Parallel random numbers: as easy as
/// 1, 2, 3", SC 2011, section 4).
static Words philox(Words counter, Scalar key0, Scalar key1) {
  auto constant = [&](int64_t value) { return key0.with(arith::ConstantIntOp::create(*key0.builder, key0.loc, value, 64)); };
  for (int round = 0; round < 10; ++round) {
    Scalar product0 = counter[0] * constant(0xD2511F53), product1 = counter[2] * constant(0xCD9E8D57);
    counter = {exclusiveOr(exclusiveOr(highWord(product1), counter[1]), key0), lowWord(product1),
               exclusiveOr(exclusiveOr(highWord(product0), counter[3]), key1), lowWord(product0)};
    key0 = lowWord(key0 + constant(0x9E3779B9));
    key1 = lowWord(key1 + constant(0xBB67AE85));
  }
  return counter;
}

static RandomKey readKey(OpBuilder &b, Location loc, Value rng) {
  auto member = [&](int64_t i) {
    Value index = arith::ConstantIndexOp::create(b, loc, i);
    return Scalar(b, loc, tensor::ExtractOp::create(b, loc, rng, index));
  };
  Scalar seed = member(0), on = member(2);
  return {lowWord(seed), highWord(seed), lowWord(member(1)), notEqual(on, on.constant(0))};
}

/// The random words of the element that the enclosing elementwise body computes: counter (column, row, step, site).
static Words drawWords(OpBuilder &b, Location loc, RankedTensorType type, const RandomKey &key, int64_t site) {
  auto index = [&](int64_t dim) -> Value {
    return arith::IndexCastOp::create(b, loc, b.getI64Type(), linalg::IndexOp::create(b, loc, dim));
  };
  Scalar column(b, loc, arith::ConstantIntOp::create(b, loc, 0, 64)), row = column;
  if (type.getRank() > 0)
    row = row.with(index(0));
  for (int64_t i = 1; i < type.getRank(); ++i)
    column = column * static_cast<double>(type.getDimSize(i)) + column.with(index(i));
  Scalar siteLow = column.with(arith::ConstantIntOp::create(b, loc, site & kWordMask, 64));
  Scalar siteHigh = column.with(arith::ConstantIntOp::create(b, loc, (site >> 32) & kWordMask, 64));
  return philox({lowWord(column), lowWord(row), column.with(key.step), siteLow}, column.with(key.seedLow),
                exclusiveOr(column.with(key.seedHigh), siteHigh));
}

//===- dropout --------------------------------------------------------------------------------------------------===//

Signature DropoutOp::getSignature() { return {{"x", FormalKind::Tensor}, {"p", FormalKind::Number, 0.5}}; }

static LogicalResult requireProbability(Location loc, StringRef op, double p) {
  if (p >= 0 && p < 1)
    return success();
  return refuse(loc, op, "probability " + describe(p) + " is outside [0, 1)");
}

LogicalResult DropoutOp::verify() { return requireProbability(getLoc(), "dropout", getP().convertToDouble()); }

static FailureOr<Value> buildDropout(CallSite &call, StringRef op) {
  double p = call.number("p");
  if (failed(requireProbability(call.locOf("p"), call.callee(), p)))
    return failure();
  Builder &b = call.builder();
  return buildOp(call.builder(), call.loc(), op, {call.tensor("x"), call.randomState()},
                 {b.getNamedAttr("p", b.getF64FloatAttr(p)), b.getNamedAttr("site", b.getI64IntegerAttr(call.randomSite()))});
}

FailureOr<Value> DropoutOp::buildFromCall(CallSite &call) { return buildDropout(call, getOperationName()); }

LogicalResult DropoutOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op, SmallVectorImpl<Type> &types) {
  return inferFloatUnary(loc, "dropout", op.getX(), types);
}

SmallVector<Value> DropoutOp::emitEvaluation(OpBuilder &) { return {getX()}; }

// y = mask * x:  dx = mask * g, with the same draw
SmallVector<Value> DropoutOp::emitVjp(OpBuilder &builder, ValueRange cotangents, ArrayRef<bool> needed) {
  if (!needed[0])
    return {nullptr, nullptr};
  return {DropoutOp::create(builder, getLoc(), cotangents[0], getRng(), getP(), getSite()), nullptr};
}

SmallVector<Value> DropoutOp::emitLinalg(OpBuilder &b) {
  Location loc = getLoc();
  RankedTensorType type = tensorType(getOut());
  RandomKey key = readKey(b, loc, getRng());
  double p = getP().convertToDouble();
  // Keep where the word is at least p 2^32; with randomness off every word is, and the scale is 1.
  Scalar zero(b, loc, arith::ConstantIntOp::create(b, loc, 0, 64)), on(b, loc, key.isOn);
  Scalar threshold = select(on, zero.with(arith::ConstantIntOp::create(b, loc, static_cast<int64_t>(p * 4294967296.0), 64)), zero);
  Scalar one(b, loc, scalarConstant(b, loc, type.getElementType(), 1));
  Scalar scale = select(on, one.constant(1 / (1 - p)), one);
  return {elementwise(b, loc, type, getX(), [&](OpBuilder &inner, Location where, ValueRange args) -> Value {
    Scalar x(inner, where, args[0]);
    Words words = drawWords(inner, where, type, key, getSite());
    return select(words[0] >= words[0].with(threshold), x * x.with(scale), 0.0);
  })};
}

//===- dropout2d ------------------------------------------------------------------------------------------------===//

Signature Dropout2dOp::getSignature() { return DropoutOp::getSignature(); }
LogicalResult Dropout2dOp::verify() { return requireProbability(getLoc(), "dropout2d", getP().convertToDouble()); }
FailureOr<Value> Dropout2dOp::buildFromCall(CallSite &call) { return buildDropout(call, getOperationName()); }

LogicalResult Dropout2dOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op, SmallVectorImpl<Type> &types) {
  RankedTensorType type = tensorType(op.getX());
  if (type.getRank() < 3)
    return refuse(loc, "dropout2d", "input is " + describe(type) + ", not [batch, channels, length] or [batch, channels, height, width]", op.getX());
  return inferFloatUnary(loc, "dropout2d", op.getX(), types);
}

SmallVector<Value> Dropout2dOp::emitEvaluation(OpBuilder &) { return {getX()}; }

// As of dropout: the same factors again.
SmallVector<Value> Dropout2dOp::emitVjp(OpBuilder &builder, ValueRange cotangents, ArrayRef<bool> needed) {
  if (!needed[0])
    return {nullptr, nullptr};
  return {Dropout2dOp::create(builder, getLoc(), cotangents[0], getRng(), getP(), getSite()), nullptr};
}

// One factor a channel: what dropout makes of ones.
SmallVector<Value> Dropout2dOp::emitLinalg(OpBuilder &b) {
  RankedTensorType type = tensorType(getX());
  Value ones = filledTensor(b, getLoc(), type.clone(type.getShape().take_front(2)), getX(), 1);
  Expr factors(b, getLoc(), DropoutOp::create(b, getLoc(), ones, getRng(), getP(), getSite()));
  return {Expr(b, getLoc(), getX()) * appendUnitDims(factors, type.getRank())};
}

//===- randn ----------------------------------------------------------------------------------------------------===//

Signature RandnOp::getSignature() { return {{"like", FormalKind::Tensor}}; }

FailureOr<Value> RandnOp::buildFromCall(CallSite &call) {
  Builder &b = call.builder();
  return buildOp(call.builder(), call.loc(), getOperationName(), {call.tensor("like"), call.randomState()},
                 b.getNamedAttr("site", b.getI64IntegerAttr(call.randomSite())));
}

LogicalResult RandnOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op, SmallVectorImpl<Type> &types) {
  return inferFloatUnary(loc, "randn", op.getLike(), types);
}

// Box and Muller 1958: sqrt(-2 log u) cos(2 pi v) with u in (0, 1), v in [0, 1).
SmallVector<Value> RandnOp::emitLinalg(OpBuilder &b) {
  Location loc = getLoc();
  RankedTensorType type = tensorType(getOut());
  RandomKey key = readKey(b, loc, getRng());
  constexpr double kTwoPi = 6.283185307179586;
  return {elementwise(b, loc, type, getLike(), [&](OpBuilder &inner, Location where, ValueRange args) -> Value {
    Words words = drawWords(inner, where, type, key, getSite());
    auto toUnit = [&](Scalar word, double shift) {
      Scalar number = word.with(arith::SIToFPOp::create(inner, where, type.getElementType(), word.value));
      return (number + shift) * 0x1p-32;
    };
    // In f32, (2^32 - 1 + 0.5) rounds to 2^32: u = 1 gives 0, which is a fine draw; 0 cannot occur.
    Scalar normal = sqrt(log(toUnit(words[0], 0.5)) * -2.0) * cos(toUnit(words[1], 0) * kTwoPi);
    return select(normal.with(key.isOn), normal, 0.0);
  })};
}

#define GET_OP_CLASSES
#include "mimo/Ops/Random.cpp.inc"
