#include "mimo/Ops/Segment.h"
#include "mimo/IR/Expr.h"
#include "mimo/IR/IndexLoops.h"
#include "mimo/IR/Inference.h"

using namespace mlir;
using namespace mlir::mimo;

static RankedTensorType tensorType(Value value) { return cast<RankedTensorType>(value.getType()); }

static constexpr int64_t kNoneIgnored = -1;

//===- What all share -------------------------------------------------------------------------------------------===//

static Signature segmentSignature() { return {{"x", FormalKind::Tensor}, {"index", FormalKind::Tensor}, {"count", FormalKind::Sizes}}; }

static SmallVector<IndexBound> segmentBounds(unsigned operand, int64_t count, std::optional<StringRef> dim) {
  if (dim)
    return {{operand, 0, *dim}};
  return {{operand, count}};
}

/// The operand and the attributes that say how many segments there are: an integer, or one run-time size.
static LogicalResult readCount(CallSite &call, SmallVectorImpl<Value> &operands, SmallVectorImpl<NamedAttribute> &attributes) {
  SmallVector<int64_t> count = call.sizes("count");
  if (count.size() != 1)
    return mlir::emitError(call.locOf("count")) << call.callee() << ": 'count' is one size, not " << count.size();
  Builder &b = call.builder();
  bool known = !ShapedType::isDynamic(count[0]);
  if (known && count[0] < 1)
    return mlir::emitError(call.locOf("count")) << call.callee() << ": " << count[0] << " segments; there must be at least 1";
  attributes.push_back(b.getNamedAttr("count", b.getI64IntegerAttr(known ? count[0] : -1)));
  if (known)
    return success();
  operands.push_back(call.sizeOf(call.runTimeSize("count")));
  attributes.push_back(b.getNamedAttr("dim", b.getStringAttr(call.runTimeSize("count"))));
  return success();
}

static FailureOr<Value> buildSegmentOp(CallSite &call, StringRef name) {
  SmallVector<Value> operands{call.tensor("x"), call.tensor("index")};
  SmallVector<NamedAttribute> attributes;
  if (failed(readCount(call, operands, attributes)))
    return failure();
  return buildOp(call.builder(), call.loc(), name, operands, attributes);
}

static LogicalResult verifyCount(std::optional<Location> loc, StringRef op, Value index, Value size, int64_t count, std::optional<StringRef> dim) {
  RankedTensorType indices = tensorType(index);
  if (!indices.getElementType().isInteger(32) && !indices.getElementType().isInteger(64))
    return refuse(loc, op, "an index is i32 or i64, not " + describe(indices), index);
  if (indices.getRank() != 1)
    return refuse(loc, op, "there is one index for each row, [n], not " + describe(indices), index);
  bool isNumber = size && tensorType(size).getRank() == 0 && tensorType(size).getElementType().isInteger(64);
  if (count == -1 ? !isNumber : size || dim || count < 1)
    return refuse(loc, op, "the number of segments is an integer of at least 1, or a run-time size and its name");
  return success();
}

/// Rows and their indices fit; `type` becomes that of one row for each segment.
static LogicalResult inferSegments(std::optional<Location> loc, StringRef op, Value x, Value index, Value size, int64_t count,
                                   std::optional<StringRef> dim, RankedTensorType &type) {
  if (failed(verifyCount(loc, op, index, size, count, dim)))
    return failure();
  RankedTensorType rows = tensorType(x), indices = tensorType(index);
  if (!isa<FloatType>(rows.getElementType()) || rows.getRank() < 1)
    return refuse(loc, op, "takes rows of floating-point numbers, not " + describe(rows), x);
  if (rows.getDimSize(0) != indices.getDimSize(0) || runTimeDim(rows) != runTimeDim(indices))
    return refuse(loc, op, "there is one index for each row: " + describe(rows) + " and " + describe(indices) + " do not fit", index);
  SmallVector<int64_t> shape(rows.getShape());
  shape[0] = count == -1 ? ShapedType::kDynamic : count;
  type = withRunTimeDim(RankedTensorType::get(shape, rows.getElementType()), dim.value_or(kBatchName));
  return success();
}

/// A tensor with one row for each segment, filled with a number.
static Value filledSegments(OpBuilder &b, Location loc, RankedTensorType type, Value size, double number) {
  SmallVector<OpFoldResult> sizes;
  for (int64_t extent : type.getShape())
    sizes.push_back(b.getIndexAttr(extent));
  if (size) // mimoc-bind-entry-points knows this pair of ops
    sizes[0] = arith::IndexCastOp::create(b, loc, b.getIndexType(), tensor::ExtractOp::create(b, loc, size, ValueRange{})).getResult();
  Value empty = tensor::EmptyOp::create(b, loc, sizes, type.getElementType());
  return linalg::FillOp::create(b, loc, scalarConstant(b, loc, type.getElementType(), number), empty).getResult(0);
}

namespace {
/// Segments as an op describes them, for gradients and lowerings that are written in other ops.
struct Segments {
  Value index, size;
  IntegerAttr count;
  StringAttr dim;

  template <class Op> static Segments of(Op op) { return {op.getIndex(), op.getSize(), op.getCountAttr(), op.getDimAttr()}; }

  /// The row of each row's segment.
  Expr spread(Expr rows) const {
    return rows.emit("mimo.take", {rows.value, index}, rows.builder->getNamedAttr("axis", rows.builder->getI64IntegerAttr(0)));
  }
  Expr reduce(StringRef name, Expr x) const {
    SmallVector<Value> operands{x.value, index};
    return x.emit(name, withSize(operands), attributes(*x.builder));
  }
  Expr sum(Expr x) const { return reduce("mimo.segment_sum", x); }
  Expr max(Expr x) const { return reduce("mimo.segment_max", x); }
  /// How many rows each segment has, as [segments, 1, ...] of x's rank and type.
  Expr degree(Expr x) const {
    SmallVector<NamedAttribute> list = attributes(*x.builder);
    list.push_back(x.builder->getNamedAttr("precision", TypeAttr::get(x.type().getElementType())));
    SmallVector<Value> operands{index};
    return appendUnitDims(x.emit("mimo.degree", withSize(operands), list), x.type().getRank());
  }

private:
  ValueRange withSize(SmallVectorImpl<Value> &operands) const {
    if (size)
      operands.push_back(size);
    return operands;
  }
  SmallVector<NamedAttribute> attributes(Builder &b) const {
    SmallVector<NamedAttribute> list{b.getNamedAttr("count", count)};
    if (dim)
      list.push_back(b.getNamedAttr("dim", dim));
    return list;
  }
};
} // namespace

/// One value an operand: only x has a gradient.
static SmallVector<Value> gradientOfRows(Operation *op, Value dx) {
  SmallVector<Value> gradients(op->getNumOperands(), nullptr);
  gradients[0] = dx;
  return gradients;
}

//===- segment_sum ----------------------------------------------------------------------------------------------===//

LogicalResult SegmentSumOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op, SmallVectorImpl<Type> &types) {
  RankedTensorType type;
  if (failed(inferSegments(loc, "segment_sum", op.getX(), op.getIndex(), op.getSize(), op.getCount(), op.getDim(), type)))
    return failure();
  types.push_back(type);
  return success();
}

// y = scatter(x):  dx = take(g)
SmallVector<Value> SegmentSumOp::emitVjp(OpBuilder &builder, ValueRange cotangents, ArrayRef<bool> needed) {
  Expr g(builder, getLoc(), cotangents[0]);
  return gradientOfRows(*this, needed[0] ? Segments::of(*this).spread(g).value : nullptr);
}

SmallVector<Value> SegmentSumOp::emitLinalg(OpBuilder &b) {
  Value zeros = filledSegments(b, getLoc(), tensorType(getOut()), getSize(), 0);
  return {combineRows(b, getLoc(), zeros, getIndex(), getX(), /*axis=*/0, kNoneIgnored, addNumbers)};
}

//===- segment_mean ---------------------------------------------------------------------------------------------===//

LogicalResult SegmentMeanOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op, SmallVectorImpl<Type> &types) {
  RankedTensorType type;
  if (failed(inferSegments(loc, "segment_mean", op.getX(), op.getIndex(), op.getSize(), op.getCount(), op.getDim(), type)))
    return failure();
  types.push_back(type);
  return success();
}

/// The number of rows, and 1 where there are none.
static Expr divisorOf(const Segments &segments, Expr x) {
  Expr degree = segments.degree(x);
  return select(degree < 1.0, 1.0, degree);
}

// y = sum(x) / n:  dx = take(g / n)
SmallVector<Value> SegmentMeanOp::emitVjp(OpBuilder &builder, ValueRange cotangents, ArrayRef<bool> needed) {
  if (!needed[0])
    return gradientOfRows(*this, nullptr);
  Segments segments = Segments::of(*this);
  Expr g(builder, getLoc(), cotangents[0]), x(builder, getLoc(), getX());
  return gradientOfRows(*this, segments.spread(g / divisorOf(segments, x)));
}

SmallVector<Value> SegmentMeanOp::emitLinalg(OpBuilder &b) {
  Segments segments = Segments::of(*this);
  Expr x(b, getLoc(), getX());
  return {segments.sum(x) / divisorOf(segments, x)};
}

//===- segment_max ----------------------------------------------------------------------------------------------===//

LogicalResult SegmentMaxOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op, SmallVectorImpl<Type> &types) {
  RankedTensorType type;
  if (failed(inferSegments(loc, "segment_max", op.getX(), op.getIndex(), op.getSize(), op.getCount(), op.getDim(), type)))
    return failure();
  types.push_back(type);
  return success();
}

// dx = g / (number of equal largest ones) at each of them, as torch.scatter_reduce(reduce="amax") has it
SmallVector<Value> SegmentMaxOp::emitVjp(OpBuilder &builder, ValueRange cotangents, ArrayRef<bool> needed) {
  if (!needed[0])
    return gradientOfRows(*this, nullptr);
  Segments segments = Segments::of(*this);
  Expr g(builder, getLoc(), cotangents[0]), x(builder, getLoc(), getX()), out(builder, getLoc(), getOut());
  Expr largest = equal(x, segments.spread(out));
  Expr count = segments.sum(convert(largest, x.type().getElementType()));
  Expr share = segments.spread(g / select(count < 1.0, 1.0, count)); // of NaN none is equal
  return gradientOfRows(*this, select(largest, share, 0.0));
}

SmallVector<Value> SegmentMaxOp::emitLinalg(OpBuilder &b) {
  Location loc = getLoc();
  Value least = filledSegments(b, loc, tensorType(getOut()), getSize(), -std::numeric_limits<double>::infinity());
  Value largest = combineRows(b, loc, least, getIndex(), getX(), /*axis=*/0, kNoneIgnored, [](OpBuilder &body, Location place, ValueRange args) -> Value {
    return arith::MaximumFOp::create(body, place, args[0], args[1]);
  });
  Segments segments = Segments::of(*this);
  Expr x(b, loc, getX());
  return {select(segments.degree(x) < 1.0, 0.0, Expr(b, loc, largest))};
}

//===- segment_softmax ------------------------------------------------------------------------------------------===//

LogicalResult SegmentSoftmaxOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op, SmallVectorImpl<Type> &types) {
  RankedTensorType type;
  if (failed(inferSegments(loc, "segment_softmax", op.getX(), op.getIndex(), op.getSize(), op.getCount(), op.getDim(), type)))
    return failure();
  types.push_back(op.getX().getType());
  return success();
}

// y = softmax(x):  dx = y * (g - take(sum(g * y)))
SmallVector<Value> SegmentSoftmaxOp::emitVjp(OpBuilder &builder, ValueRange cotangents, ArrayRef<bool> needed) {
  if (!needed[0])
    return gradientOfRows(*this, nullptr);
  Segments segments = Segments::of(*this);
  Expr g(builder, getLoc(), cotangents[0]), y(builder, getLoc(), getOut());
  return gradientOfRows(*this, y * (g - segments.spread(segments.sum(g * y))));
}

SmallVector<Value> SegmentSoftmaxOp::emitLinalg(OpBuilder &b) {
  Segments segments = Segments::of(*this);
  Expr x(b, getLoc(), getX());
  Expr powers = exp(x - segments.spread(segments.max(x)));
  return {powers / segments.spread(segments.sum(powers))};
}

//===- degree ---------------------------------------------------------------------------------------------------===//

Signature DegreeOp::getSignature() { return {{"index", FormalKind::Tensor}, {"count", FormalKind::Sizes}}; }
SmallVector<IndexBound> DegreeOp::getIndexBounds() { return segmentBounds(0, getCount(), getDim()); }
void DegreeOp::forgetName() { removeDimAttr(); }

FailureOr<Value> DegreeOp::buildFromCall(CallSite &call) {
  SmallVector<Value> operands{call.tensor("index")};
  SmallVector<NamedAttribute> attributes{call.builder().getNamedAttr("precision", TypeAttr::get(call.precision()))};
  if (failed(readCount(call, operands, attributes)))
    return failure();
  return buildOp(call.builder(), call.loc(), getOperationName(), operands, attributes);
}

LogicalResult DegreeOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op, SmallVectorImpl<Type> &types) {
  if (failed(verifyCount(loc, "degree", op.getIndex(), op.getSize(), op.getCount(), op.getDim())))
    return failure();
  int64_t count = op.getCount();
  auto type = RankedTensorType::get({count == -1 ? ShapedType::kDynamic : count}, op.getPrecision());
  types.push_back(withRunTimeDim(type, op.getDim().value_or(kBatchName)));
  return success();
}

SmallVector<Value> DegreeOp::emitLinalg(OpBuilder &b) {
  RankedTensorType type = tensorType(getOut());
  Value zeros = filledSegments(b, getLoc(), type, getSize(), 0);
  Value ones = filledTensor(b, getLoc(), tensorType(getIndex()).clone(type.getElementType()), getIndex(), 1);
  return {combineRows(b, getLoc(), zeros, getIndex(), ones, /*axis=*/0, kNoneIgnored, addNumbers)};
}

#define GET_OP_CLASSES
#include "mimo/Ops/Segment.cpp.inc"
