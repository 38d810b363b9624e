#include "mimo/Ops/Attention.h"
#include "mimo/IR/Equation.h"
#include "mimo/IR/Expr.h"
#include "mimo/IR/Inference.h"
#include "mimo/IR/Scalar.h"
#include "mimo/Ops/Softmax.h"

#include <cmath>

using namespace mlir;
using namespace mlir::mimo;

static RankedTensorType tensorType(Value value) { return cast<RankedTensorType>(value.getType()); }

//===- Calls ----------------------------------------------------------------------------------------------------===//

Signature AttentionWeightsOp::getSignature() {
  return {{"q", FormalKind::Tensor},
          {"k", FormalKind::Tensor},
          {"mask", FormalKind::Tensor, {}, /*optional=*/true},
          {"causal", FormalKind::Flag, false},
          {"scale", FormalKind::Number, {}, /*optional=*/true}};
}

Signature AttentionOp::getSignature() {
  return {{"q", FormalKind::Tensor},
          {"k", FormalKind::Tensor},
          {"v", FormalKind::Tensor},
          {"mask", FormalKind::Tensor, {}, /*optional=*/true},
          {"causal", FormalKind::Flag, false},
          {"scale", FormalKind::Number, {}, /*optional=*/true},
          {"dropout", FormalKind::Number, 0.0}};
}

/// The op of this name on `operands` and, where it is given, the mask. The scale is 1 / sqrt(size) by default.
static FailureOr<Value> buildAttention(CallSite &call, StringRef op, SmallVector<Value> operands) {
  if (Value mask = call.tensor("mask"))
    operands.push_back(mask);
  RankedTensorType queries = tensorType(operands[0]);
  double size = queries.getRank() == 0 ? 1.0 : static_cast<double>(std::max<int64_t>(1, queries.getShape().back()));
  double scale = call.isGiven("scale") ? call.number("scale") : 1 / std::sqrt(size);
  Builder &b = call.builder();
  return buildOp(call.builder(), call.loc(), op, operands,
                 {b.getNamedAttr("causal", b.getBoolAttr(call.flag("causal"))), b.getNamedAttr("scale", b.getF64FloatAttr(scale))});
}

FailureOr<Value> AttentionWeightsOp::buildFromCall(CallSite &call) {
  return buildAttention(call, getOperationName(), {call.tensor("q"), call.tensor("k")});
}

// With dropout the weights are dropped before they meet the values, as in the paper's code and in PyTorch.
FailureOr<Value> AttentionOp::buildFromCall(CallSite &call) {
  double p = call.number("dropout");
  if (!(p >= 0 && p < 1))
    return mlir::emitError(call.locOf("dropout")) << "attention: dropout " << describe(p) << " is outside [0, 1)";
  Value q = call.tensor("q"), k = call.tensor("k"), v = call.tensor("v");
  FailureOr<Value> whole = buildAttention(call, getOperationName(), {q, k, v}); // checks all operands together
  if (p == 0 || failed(whole))
    return whole;
  whole->getDefiningOp()->erase();
  FailureOr<Value> weights = buildAttention(call, AttentionWeightsOp::getOperationName(), {q, k});
  if (failed(weights))
    return failure();
  Builder &b = call.builder();
  FailureOr<Value> dropped = buildOp(call.builder(), call.loc(), "mimo.dropout", {*weights, call.randomState()},
                                     {b.getNamedAttr("p", b.getF64FloatAttr(p)), b.getNamedAttr("site", b.getI64IntegerAttr(call.randomSite()))});
  if (failed(dropped))
    return failure();
  return Value(matmul(Expr(call.builder(), call.loc(), *dropped), Expr(call.builder(), call.loc(), v), false, false));
}

//===- Types ----------------------------------------------------------------------------------------------------===//

/// How a mask lies over the weights: a mask of lower rank that has the batch is one of the samples, [batch, keys] or
/// [batch, queries, keys], for all heads; one without is one for all samples, aligned at the end.
static RankedTensorType alignedMask(RankedTensorType mask, int64_t rank) {
  SmallVector<int64_t> shape(mask.getShape());
  bool hasBatch = !shape.empty() && ShapedType::isDynamic(shape[0]);
  shape.insert(shape.begin() + hasBatch, std::max<int64_t>(0, rank - mask.getRank()), 1);
  return mask.clone(shape);
}

static LogicalResult checkMask(std::optional<Location> loc, StringRef op, Value mask, RankedTensorType weights) {
  RankedTensorType type = tensorType(mask), aligned = alignedMask(type, weights.getRank());
  if (!type.getElementType().isInteger(1) && type.getElementType() != weights.getElementType())
    return refuse(loc, op, "mask " + describe(type) + " must be bool, true where a query may see a key, or " +
                               describe(weights.getElementType()) + ", added to the scores", mask);
  bool fits = aligned.getRank() == weights.getRank();
  for (int64_t i = 0; fits && i < weights.getRank(); ++i)
    fits = aligned.getDimSize(i) == 1 || aligned.getDimSize(i) == weights.getDimSize(i);
  if (fits)
    return success();
  return refuse(loc, op, "mask " + describe(type) + " does not spread over the weights " + describe(weights), mask);
}

/// The type of the weights [..., queries, keys].
static FailureOr<RankedTensorType> inferWeights(std::optional<Location> loc, StringRef op, Value q, Value k, Value mask) {
  RankedTensorType queries = tensorType(q), keys = tensorType(k);
  if (!isa<FloatType>(queries.getElementType()))
    return refuse(loc, op, "takes floating-point tensors, not " + describe(queries), q);
  if (queries.getRank() < 3)
    return refuse(loc, op, "queries are [batch, length, size] or [batch, heads, length, size], not " + describe(queries), q);
  if (queries.getRank() != keys.getRank() || queries.getElementType() != keys.getElementType())
    return refuse(loc, op, "queries " + describe(queries) + " and keys " + describe(keys) + " must agree in rank and type", k);
  if (queries.getShape().back() != keys.getShape().back())
    return refuse(loc, op, "queries " + describe(queries) + " and keys " + describe(keys) + " differ in size, their last dimension", k);
  Equation equation = matmulEquation(q, k, false, true);
  if (failed(sizesOfLetters(std::nullopt, op, equation, {q, k})))
    return refuse(loc, op, "queries " + describe(queries) + " and keys " + describe(keys) + " differ before their last two dimensions", k);
  SmallVector<Type> types;
  if (failed(inferEquation(loc, op, equation, {q, k}, types)))
    return failure();
  auto weights = cast<RankedTensorType>(types[0]);
  if (mask && failed(checkMask(loc, op, mask, weights)))
    return failure();
  return weights;
}

LogicalResult AttentionWeightsOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op, SmallVectorImpl<Type> &types) {
  FailureOr<RankedTensorType> weights = inferWeights(loc, "attention_weights", op.getQ(), op.getK(), op.getMask());
  if (failed(weights))
    return failure();
  types.push_back(*weights);
  return success();
}

LogicalResult AttentionOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op, SmallVectorImpl<Type> &types) {
  FailureOr<RankedTensorType> weights = inferWeights(loc, "attention", op.getQ(), op.getK(), op.getMask());
  if (failed(weights))
    return failure();
  RankedTensorType keys = tensorType(op.getK()), values = tensorType(op.getV());
  if (values.getRank() != keys.getRank() || values.getElementType() != keys.getElementType())
    return refuse(loc, "attention", "keys " + describe(keys) + " and values " + describe(values) + " must agree in rank and type", op.getV());
  if (values.getDimSize(values.getRank() - 2) != weights->getShape().back())
    return refuse(loc, "attention", "keys " + describe(keys) + " and values " + describe(values) + " differ in length", op.getV());
  SmallVector<int64_t> shape;
  for (auto [a, b] : llvm::zip_equal(weights->getShape().drop_back(2), values.getShape().drop_back(2))) {
    if (a != b && a != 1 && b != 1)
      return refuse(loc, "attention", "keys " + describe(keys) + " and values " + describe(values) + " differ before their last two dimensions", op.getV());
    shape.push_back(a == 1 ? b : a);
  }
  shape.append({weights->getDimSize(weights->getRank() - 2), values.getShape().back()});
  types.push_back(values.clone(shape));
  return success();
}

//===- Gradients ------------------------------------------------------------------------------------------------===//

// P = softmax(S), S = scale q k^T + mask:  dS = P (g - sum(g P)), which is 0 where nothing may be seen, as P is
SmallVector<Value> AttentionWeightsOp::emitVjp(OpBuilder &builder, ValueRange cotangents, ArrayRef<bool> needed) {
  Expr g(builder, getLoc(), cotangents[0]), p(builder, getLoc(), getOut());
  Expr scores = p * (g - sum(g * p, {p.type().getRank() - 1}, /*keepDims=*/true));
  Expr products = scores * getScale().convertToDouble();
  SmallVector<Value> result = equationVjp(builder, getLoc(), matmulEquation(getQ(), getK(), false, true), {getQ(), getK()}, products,
                                          needed.take_front(2));
  if (getMask()) {
    RankedTensorType type = tensorType(getMask());
    result.push_back(needed[2] ? Value(reshape(sumTo(scores, alignedMask(type, p.type().getRank())), type)) : nullptr);
  }
  return result;
}

static AttentionWeightsOp emitWeights(OpBuilder &b, AttentionOp op) {
  SmallVector<Value> operands{op.getQ(), op.getK()};
  if (op.getMask())
    operands.push_back(op.getMask());
  Expr q(b, op.getLoc(), op.getQ());
  Value weights = q.emit(AttentionWeightsOp::getOperationName(), operands,
                         {b.getNamedAttr("causal", op.getCausalAttr()), b.getNamedAttr("scale", op.getScaleAttr())});
  return weights.getDefiningOp<AttentionWeightsOp>();
}

// y = P v:  dP = g v^T,  dv = P^T g. The weights are written down again; they are computed once for both passes.
SmallVector<Value> AttentionOp::emitVjp(OpBuilder &builder, ValueRange cotangents, ArrayRef<bool> needed) {
  AttentionWeightsOp weights = emitWeights(builder, *this);
  SmallVector<bool> neededOfWeights{needed[0], needed[1]};
  if (getMask())
    neededOfWeights.push_back(needed[3]);
  SmallVector<Value> ofProduct = equationVjp(builder, getLoc(), matmulEquation(weights, getV(), false, false), {weights, getV()},
                                             cotangents[0], {llvm::is_contained(neededOfWeights, true), needed[2]});
  SmallVector<Value> result(neededOfWeights.size(), nullptr);
  if (ofProduct[0])
    result = weights.emitVjp(builder, ofProduct[0], neededOfWeights);
  result.insert(result.begin() + 2, ofProduct[1]);
  return result;
}

//===- Lowering -------------------------------------------------------------------------------------------------===//

/// scale q k^T, plus a mask of numbers, and minus infinity where a query may not see a key.
static Value emitScores(OpBuilder &b, AttentionWeightsOp op) {
  Location loc = op.getLoc();
  RankedTensorType type = tensorType(op.getOut());
  Value products = matmul(Expr(b, loc, op.getQ()), Expr(b, loc, op.getK()), false, true);
  SmallVector<Value> inputs{products};
  if (op.getMask())
    inputs.push_back(reshapeTensor(b, loc, op.getMask(), alignedMask(tensorType(op.getMask()), type.getRank())));
  return elementwise(b, loc, type, inputs, [&](OpBuilder &inner, Location where, ValueRange args) -> Value {
    Scalar score = Scalar(inner, where, args[0]) * op.getScale().convertToDouble();
    double hidden = -std::numeric_limits<double>::infinity();
    if (op.getMask() && Scalar(inner, where, args[1]).isFloat())
      score = score + Scalar(inner, where, args[1]);
    else if (op.getMask())
      score = select(Scalar(inner, where, args[1]), score, hidden);
    if (!op.getCausal())
      return score;
    auto index = [&](int64_t dim) { return linalg::IndexOp::create(inner, where, dim).getResult(); };
    Value past = arith::CmpIOp::create(inner, where, arith::CmpIPredicate::sle, index(type.getRank() - 1), index(type.getRank() - 2));
    return select(Scalar(inner, where, past), score, hidden);
  });
}

/// exp(x - max) / sum exp(x - max) over the last dimension; 0 where all of it is minus infinity.
static Value emitSafeSoftmax(OpBuilder &b, Location loc, Value scores) {
  RankedTensorType type = tensorType(scores);
  int64_t axis = type.getRank() - 1;
  double lowest = -std::numeric_limits<double>::infinity();
  Value max = reduce(b, loc, scores, axis, type.getElementType(), lowest, [](OpBuilder &inner, Location where, ValueRange args) -> Value {
    return maximum(Scalar(inner, where, args[1]), Scalar(inner, where, args[0]));
  });
  Value exps = elementwise(b, loc, type, {scores, keepAxis(b, loc, max, axis)}, [&](OpBuilder &inner, Location where, ValueRange args) -> Value {
    Scalar x(inner, where, args[0]), top(inner, where, args[1]);
    return select(equal(top, top.constant(lowest)), 0.0, exp(x - top));
  });
  Value sum = reduce(b, loc, exps, axis, type.getElementType(), 0, [](OpBuilder &inner, Location where, ValueRange args) -> Value {
    return Scalar(inner, where, args[1]) + Scalar(inner, where, args[0]);
  });
  return elementwise(b, loc, type, {exps, keepAxis(b, loc, sum, axis)}, [](OpBuilder &inner, Location where, ValueRange args) -> Value {
    Scalar x(inner, where, args[0]), total(inner, where, args[1]);
    return select(equal(total, total.constant(0)), 0.0, x / total);
  });
}

// Without a mask every query sees a key, also where it sees the past only.
SmallVector<Value> AttentionWeightsOp::emitLinalg(OpBuilder &b) {
  Expr scores(b, getLoc(), emitScores(b, *this));
  if (getMask())
    return {emitSafeSoftmax(b, getLoc(), scores)};
  return {scores.emit("mimo.softmax", {scores.value}, {b.getNamedAttr("axis", b.getI64IntegerAttr(-1))})};
}

SmallVector<Value> AttentionOp::emitLinalg(OpBuilder &b) {
  Expr weights(b, getLoc(), emitWeights(b, *this)), v(b, getLoc(), getV());
  return {matmul(weights, v, false, false)};
}

#define GET_OP_CLASSES
#include "mimo/Ops/Attention.cpp.inc"
