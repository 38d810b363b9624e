#include "mimo/Ops/LossEmbedding.h"
#include "mimo/IR/Expr.h"
#include "mimo/IR/Inference.h"
#include "mimo/IR/Scalar.h"
#include "mimo/Ops/Softmax.h"

using namespace mlir;
using namespace mlir::mimo;

static RankedTensorType tensorType(Value value) { return cast<RankedTensorType>(value.getType()); }
static int64_t lastAxis(Expr x) { return x.type().getRank() - 1; }

/// A value a row beside the rows' elements.
static Expr beside(Expr x) { return appendUnitDims(x, x.type().getRank() + 1); }

/// Embeddings of one shape, [batch, features] or with more axes; gives the type of one value a row.
static LogicalResult inferRows(std::optional<Location> loc, StringRef op, ValueRange rows, SmallVectorImpl<Type> &types) {
  RankedTensorType first = tensorType(rows.front());
  if (!isa<FloatType>(first.getElementType()) || first.getRank() < 2)
    return refuse(loc, op, "takes embeddings of shape [batch, features], not " + describe(first), rows.front());
  for (Value other : rows.drop_front())
    if (other.getType() != first)
      return refuse(loc, op, "embeddings " + describe(first) + " and " + describe(other.getType()) + " must have the same shape", other);
  types.push_back(first.clone(first.getShape().drop_back()));
  return success();
}

//===- cosine_embedding -----------------------------------------------------------------------------------------===//

Signature CosineEmbeddingOp::getSignature() {
  return {{"a", FormalKind::Tensor}, {"b", FormalKind::Tensor}, {"target", FormalKind::Tensor}, {"margin", FormalKind::Number, 0.0}};
}
CallContext CosineEmbeddingOp::getCallContext() { return CallContext::Loss; }

LogicalResult CosineEmbeddingOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op, SmallVectorImpl<Type> &types) {
  if (failed(inferRows(loc, "cosine_embedding", {op.getA(), op.getB()}, types)))
    return failure();
  RankedTensorType target = tensorType(op.getTarget());
  if (target.getShape() == cast<RankedTensorType>(types.front()).getShape() && !target.getElementType().isInteger(1))
    return success();
  return refuse(loc, "cosine_embedding", "embeddings " + describe(op.getA().getType()) + " need a target of -1 or 1 a row, not " +
                                             describe(target), op.getTarget());
}

namespace {
/// cos(a, b) = <a, b> / sqrt((|a|^2 + e)(|b|^2 + e)), e as in PyTorch, so that zero vectors have cosine 0.
struct Cosine {
  Expr a, b, aa, bb, norm, cos;
};
} // namespace

static Cosine cosineOf(Expr a, Expr b) {
  constexpr double kTiny = 1e-12;
  auto dot = [](Expr x, Expr y) { return sum(x * y, {lastAxis(x)}); };
  Expr aa = dot(a, a) + kTiny, bb = dot(b, b) + kTiny, norm = sqrt(aa * bb);
  return {a, b, aa, bb, norm, dot(a, b) / norm};
}

static Expr equals(Expr x, double number) { return x.emit("mimo.eq", {x.value, x.constant(number).value}); }

SmallVector<Value> CosineEmbeddingOp::emitLinalg(OpBuilder &builder) {
  Expr a(builder, getLoc(), getA()), b(builder, getLoc(), getB()), y(builder, getLoc(), getTarget());
  Expr cos = cosineOf(a, b).cos, over = cos - getMargin().convertToDouble();
  return {select(equals(y, 1), 1.0 - cos, select(equals(y, -1), select(over <= 0.0, 0.0, over), cos.constant(0)))};
}

// dcos/da = b / norm - cos a / (|a|^2 + e), and the same with a and b exchanged.
SmallVector<Value> CosineEmbeddingOp::emitVjp(OpBuilder &builder, ValueRange cotangents, ArrayRef<bool> needed) {
  Expr g(builder, getLoc(), cotangents[0]), y(builder, getLoc(), getTarget());
  Cosine c = cosineOf(Expr(builder, getLoc(), getA()), Expr(builder, getLoc(), getB()));
  Expr over = c.cos - getMargin().convertToDouble();
  Expr apart = select(over >= 0.0, c.cos.constant(1), c.cos.constant(0)); // at the kink the gradient passes, as in PyTorch
  Expr slope = beside(g * select(equals(y, 1), c.cos.constant(-1), select(equals(y, -1), apart, 0.0)));
  auto along = [&](Expr x, Expr xx, Expr other) { return slope * (other / beside(c.norm) - x * beside(c.cos / xx)); };
  Value da = needed[0] ? Value(along(c.a, c.aa, c.b)) : nullptr;
  Value db = needed[1] ? Value(along(c.b, c.bb, c.a)) : nullptr;
  return {da, db, nullptr};
}

//===- triplet --------------------------------------------------------------------------------------------------===//

Signature TripletOp::getSignature() {
  return {{"anchor", FormalKind::Tensor}, {"positive", FormalKind::Tensor}, {"negative", FormalKind::Tensor},
          {"margin", FormalKind::Number, 1.0}, {"p", FormalKind::Number, 2.0}, {"eps", FormalKind::Number, 1e-6}, {"swap", FormalKind::Flag, false}};
}
CallContext TripletOp::getCallContext() { return CallContext::Loss; }

LogicalResult TripletOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op, SmallVectorImpl<Type> &types) {
  return inferRows(loc, "triplet", {op.getAnchor(), op.getPositive(), op.getNegative()}, types);
}

LogicalResult TripletOp::verify() {
  double p = getP().convertToDouble();
  if (p > 0)
    return success();
  return refuse(getLoc(), "triplet", "p " + describe(p) + " is not positive; 1 sums distances along the axes, 2 is the usual length");
}

namespace {
/// d = |x - y + eps|_p along the last axis, and the slope of d by x (that by y is minus it).
struct Distance {
  Expr difference, d;
  double p;

  /// d^p as its terms.
  static Expr powerOfSize(Expr x, double n) { return n == 2 ? x * x : n == 1 ? abs(x) : exp(log(abs(x)) * n); }

  static Distance between(Expr x, Expr y, TripletOp op) {
    double p = op.getP().convertToDouble();
    Expr difference = x - y + op.getEps().convertToDouble(), total = sum(powerOfSize(difference, p), {lastAxis(x)});
    return {difference, p == 2 ? sqrt(total) : p == 1 ? total : exp(log(total) / p), p};
  }

  /// sign(x) (|x| / d)^(p - 1); 0 where d is 0.
  Expr slope() const {
    if (p == 1)
      return sign(difference);
    Expr safe = beside(select(equals(d, 0), 1.0, d)), ratio = difference / safe;
    return p == 2 ? ratio : select(equals(ratio, 0), 0.0, sign(ratio) * powerOfSize(ratio, p - 1));
  }
};
} // namespace

SmallVector<Value> TripletOp::emitLinalg(OpBuilder &builder) {
  Expr anchor(builder, getLoc(), getAnchor()), positive(builder, getLoc(), getPositive()), negative(builder, getLoc(), getNegative());
  Expr near = Distance::between(anchor, positive, *this).d, far = Distance::between(anchor, negative, *this).d;
  if (getSwap()) {
    Expr other = Distance::between(positive, negative, *this).d;
    far = select(other < far, other, far);
  }
  Expr value = near - far + getMargin().convertToDouble();
  return {select(value <= 0.0, 0.0, value)};
}

SmallVector<Value> TripletOp::emitVjp(OpBuilder &builder, ValueRange cotangents, ArrayRef<bool> needed) {
  Expr anchor(builder, getLoc(), getAnchor()), positive(builder, getLoc(), getPositive()), negative(builder, getLoc(), getNegative());
  Distance near = Distance::between(anchor, positive, *this), far = Distance::between(anchor, negative, *this);
  Expr distance = far.d, share = far.d.constant(1);
  Distance other = far;
  if (getSwap()) { // of equal distances each takes one half, as in PyTorch
    other = Distance::between(positive, negative, *this);
    distance = select(other.d < far.d, other.d, far.d);
    share = select(far.d < other.d, 1.0, select(other.d < far.d, 0.0, far.d * 0.0 + 0.5));
  }
  Expr g(builder, getLoc(), cotangents[0]), value = near.d - distance + getMargin().convertToDouble();
  Expr active = beside(select(value >= 0.0, g, 0.0));
  Expr pull = active * near.slope(), push = active * far.slope();
  Expr toAnchor = pull, toPositive = -pull, toNegative = push;
  if (getSwap()) {
    push = push * beside(share);
    Expr swapped = active * other.slope() * beside(1.0 - share);
    toPositive = toPositive - swapped;
    toNegative = push + swapped;
  }
  toAnchor = pull - push;
  return {needed[0] ? Value(toAnchor) : nullptr, needed[1] ? Value(toPositive) : nullptr, needed[2] ? Value(toNegative) : nullptr};
}

//===- contrastive ----------------------------------------------------------------------------------------------===//

Signature ContrastiveOp::getSignature() {
  return {{"a", FormalKind::Tensor}, {"b", FormalKind::Tensor}, {"temperature", FormalKind::Number, 1.0}, {"symmetric", FormalKind::Flag, false}};
}
CallContext ContrastiveOp::getCallContext() { return CallContext::Loss; }

// What is not selected is no negative example of the others either.
FailureOr<Value> ContrastiveOp::buildFromCall(CallSite &call) {
  SmallVector<Value> operands{call.tensor("a"), call.tensor("b")};
  if (Value mask = call.selection())
    operands.push_back(mask);
  Builder &b = call.builder();
  return buildOp(call.builder(), call.loc(), getOperationName(), operands,
                 {b.getNamedAttr("temperature", b.getF64FloatAttr(call.number("temperature"))),
                  b.getNamedAttr("symmetric", b.getBoolAttr(call.flag("symmetric")))});
}

static LogicalResult inferPairs(std::optional<Location> loc, Value a, Value b, Value mask, SmallVectorImpl<Type> &types) {
  if (failed(inferRows(loc, "contrastive", {a, b}, types)))
    return failure();
  if (tensorType(a).getRank() != 2)
    return refuse(loc, "contrastive", "takes embeddings of shape [batch, features], not " + describe(a.getType()), a);
  if (!mask || tensorType(mask) == cast<RankedTensorType>(types.front()).clone(IntegerType::get(mask.getContext(), 1)))
    return success();
  return refuse(loc, "contrastive", "'where' is " + describe(mask.getType()) + " and must be one decision a row", mask);
}

static LogicalResult verifyTemperature(Location loc, double temperature) {
  if (temperature > 0)
    return success();
  return refuse(loc, "contrastive", "temperature " + describe(temperature) + " is not positive: similarities are divided by it");
}

LogicalResult ContrastiveOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op, SmallVectorImpl<Type> &types) {
  return inferPairs(loc, op.getA(), op.getB(), op.getMask(), types);
}
LogicalResult ContrastiveOp::verify() { return verifyTemperature(getLoc(), getTemperature().convertToDouble()); }

LogicalResult ContrastiveVjpOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op, SmallVectorImpl<Type> &types) {
  SmallVector<Type> values;
  if (failed(inferPairs(loc, op.getA(), op.getB(), op.getMask(), values)))
    return failure();
  if (op.getCotangent().getType() != values.front())
    return refuse(loc, "contrastive", "the cotangent is " + describe(op.getCotangent().getType()) + ", not one number a row");
  types.push_back(op.getA().getType());
  return success();
}
LogicalResult ContrastiveVjpOp::verify() {
  if (getOperand() != 0 && getOperand() != 1)
    return refuse(getLoc(), "contrastive_vjp", "operand " + Twine(getOperand()) + " is neither a (0) nor b (1)");
  return verifyTemperature(getLoc(), getTemperature().convertToDouble());
}

SmallVector<Value> ContrastiveOp::emitVjp(OpBuilder &builder, ValueRange cotangents, ArrayRef<bool> needed) {
  SmallVector<Value> gradients;
  for (int64_t operand : {0, 1})
    gradients.push_back(needed[operand] ? Value(ContrastiveVjpOp::create(builder, getLoc(), getA(), getB(), cotangents[0], getMask(), getTemperature(),
                                                                         getSymmetric(), operand))
                                        : nullptr);
  if (getMask())
    gradients.push_back(nullptr);
  return gradients;
}

namespace {
/// The matrix of similarities, batch by batch, and what its softmax along an axis is made of. Pairs with a row that is not
/// selected are -inf. Emitted alike by the loss and its gradients, so that CSE keeps one copy.
class Similarities {
public:
  Similarities(OpBuilder &b, Location loc, Value a, Value other, Value mask, double temperature) : b(b), loc(loc), mask(mask) {
    RankedTensorType rows = tensorType(a);
    type = RankedTensorType::get({rows.getDimSize(0), rows.getDimSize(0)}, rows.getElementType());
    Value products = contract(b, loc, a, transpose2d(b, loc, other), filledTensor(b, loc, type, a, 0), /*transposeLhs=*/false);
    similarity = perPair({products}, [&](Scalar product, ArrayRef<Scalar>, Scalar) { return product / temperature; },
                         -std::numeric_limits<double>::infinity());
  }

  using Body = llvm::function_ref<Scalar(Scalar first, ArrayRef<Scalar> others, Scalar onDiagonal)>;
  /// Element by element over all pairs; `otherwise` where a row of the pair is not selected.
  Value perPair(ValueRange inputs, Body body, double otherwise) {
    SmallVector<Value> all(inputs);
    if (mask)
      all.append({keepAxis(b, loc, mask, 1), mask});
    return elementwise(b, loc, type, all, [&](OpBuilder &inner, Location where, ValueRange args) -> Value {
      SmallVector<Scalar> values = llvm::map_to_vector(args.take_front(inputs.size()), [&](Value v) { return Scalar(inner, where, v); });
      Value diagonal = arith::CmpIOp::create(inner, where, arith::CmpIPredicate::eq, linalg::IndexOp::create(inner, where, 0),
                                             linalg::IndexOp::create(inner, where, 1));
      Scalar value = body(values.front(), ArrayRef(values).drop_front(), values.front().with(diagonal));
      if (!mask)
        return value;
      Scalar row = value.with(args[inputs.size()]), column = value.with(args[inputs.size() + 1]);
      return select(logicalAnd(row, column), value, otherwise);
    });
  }

  SoftmaxParts along(int64_t axis) { return emitSoftmaxParts(b, loc, similarity, axis); }

  /// s_ii of every row i.
  Value diagonal() {
    Value only = perPair({similarity}, [](Scalar s, ArrayRef<Scalar>, Scalar onDiagonal) { return select(onDiagonal, s, 0.0); }, 0);
    return reduce(b, loc, only, 1, type.getElementType(), 0, [](OpBuilder &inner, Location where, ValueRange args) -> Value {
      return arith::AddFOp::create(inner, where, args[1], args[0]);
    });
  }

  OpBuilder &b;
  Location loc;
  Value mask;
  RankedTensorType type;
  Value similarity;
};
} // namespace

// l_i = log sum_j exp(s_ij) - s_ii; symmetric: the mean of it and of the same along columns.
SmallVector<Value> ContrastiveOp::emitLinalg(OpBuilder &b) {
  Similarities pairs(b, getLoc(), getA(), getB(), getMask(), getTemperature().convertToDouble());
  SoftmaxParts rows = pairs.along(1);
  SmallVector<Value> inputs{rows.max, rows.sum, pairs.diagonal()};
  if (getSymmetric()) {
    SoftmaxParts columns = pairs.along(0);
    inputs.append({columns.max, columns.sum});
  }
  return {elementwise(b, getLoc(), tensorType(getOut()), inputs, [](OpBuilder &inner, Location loc, ValueRange args) -> Value {
    auto scalar = [&](unsigned i) { return Scalar(inner, loc, args[i]); };
    Scalar own = scalar(2), loss = log(scalar(1)) + (scalar(0) - own);
    return args.size() == 3 ? loss : (loss + log(scalar(4)) + (scalar(3) - own)) * 0.5;
  })};
}

// dl/ds_ij = g_i (p_ij - [i = j]) for the softmax p along rows; symmetric: (g_i p_ij + g_j q_ij) / 2 - g_i [i = j] with the
// softmax q along columns. With m = dl/ds / temperature:  da = m b,  db = m^T a.
SmallVector<Value> ContrastiveVjpOp::emitLinalg(OpBuilder &b) {
  Location loc = getLoc();
  double temperature = getTemperature().convertToDouble();
  Similarities pairs(b, loc, getA(), getB(), getMask(), temperature);
  SoftmaxParts rows = pairs.along(1);
  SmallVector<Value> inputs{rows.exps, keepAxis(b, loc, rows.sum, 1), keepAxis(b, loc, getCotangent(), 1)};
  if (getSymmetric()) {
    SoftmaxParts columns = pairs.along(0);
    inputs.append({columns.exps, columns.sum, getCotangent()});
  }
  Value slopes = pairs.perPair(inputs, [&](Scalar exps, ArrayRef<Scalar> others, Scalar onDiagonal) {
    Scalar g = others[1], slope = g * (exps / others[0]);
    if (others.size() > 2)
      slope = (slope + others[4] * (others[2] / others[3])) * 0.5;
    return (slope - select(onDiagonal, g, 0.0)) / temperature;
  }, 0);
  bool ofB = getOperand() == 1;
  Value init = filledTensor(b, loc, tensorType(getOut()), getA(), 0);
  return {contract(b, loc, slopes, ofB ? getA() : getB(), init, /*transposeLhs=*/ofB)};
}

#define GET_OP_CLASSES
#include "mimo/Ops/LossEmbedding.cpp.inc"
