#include "mimo/Ops/Indexing.h"
#include "mimo/IR/Expr.h"
#include "mimo/IR/IndexLoops.h"
#include "mimo/IR/Inference.h"
#include "mimo/Ops/Softmax.h"

using namespace mlir;
using namespace mlir::mimo;

static RankedTensorType tensorType(Value value) { return cast<RankedTensorType>(value.getType()); }
static int64_t axisOf(int64_t axis, Value x) { return axis < 0 ? axis + tensorType(x).getRank() : axis; }

/// The indices of operand 1 count off an axis of x.
static SmallVector<IndexBound> boundsAlong(Value x, int64_t given) {
  int64_t axis = axisOf(given, x);
  if (tensorType(x).isDynamicDim(axis))
    return {{1, 0, runTimeDim(x.getType())}};
  return {{1, tensorType(x).getDimSize(axis)}};
}

/// What every op here asks: an axis that exists, and whole numbers as indices.
static LogicalResult verifyIndexing(std::optional<Location> loc, StringRef op, Value x, Value index, int64_t given) {
  RankedTensorType type = tensorType(x), indices = tensorType(index);
  int64_t axis = axisOf(given, x);
  if (!indices.getElementType().isInteger(32) && !indices.getElementType().isInteger(64))
    return refuse(loc, op, "an index is i32 or i64, not " + describe(indices), index);
  if (axis < 0 || axis >= type.getRank())
    return refuse(loc, op, "axis " + Twine(given) + " does not exist in " + describe(type), x);
  return success();
}

/// x's shape with the index's in the axis's place.
static SmallVector<int64_t> takenShape(RankedTensorType x, RankedTensorType index, int64_t axis) {
  SmallVector<int64_t> shape(x.getShape().take_front(axis));
  llvm::append_range(shape, index.getShape());
  llvm::append_range(shape, x.getShape().drop_front(axis + 1));
  return shape;
}

/// The run-time dimension of what is taken: along the first axis that of the index, else that of x.
static StringRef takenDim(RankedTensorType x, RankedTensorType index, int64_t axis) {
  return axis == 0 && index.getRank() > 0 ? runTimeDim(index) : runTimeDim(x);
}

/// 0 in the rows of an index that counts for nothing.
static Expr dropRows(Expr rows, Value index, int64_t ignored) {
  Expr ids(*rows.builder, rows.loc, index);
  Expr hit = ids.emit("mimo.eq", {index, ids.constant(static_cast<double>(ignored)).value});
  return select(appendUnitDims(hit, rows.type().getRank()), 0.0, rows);
}

//===- take, add_rows -------------------------------------------------------------------------------------------===//

Signature TakeOp::getSignature() { return {{"x", FormalKind::Tensor}, {"index", FormalKind::Tensor}, {"axis", FormalKind::Integer}}; }
SmallVector<IndexBound> TakeOp::getIndexBounds() { return boundsAlong(getX(), getAxis()); }

LogicalResult TakeOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op, SmallVectorImpl<Type> &types) {
  if (failed(verifyIndexing(loc, "take", op.getX(), op.getIndex(), op.getAxis())))
    return failure();
  RankedTensorType x = tensorType(op.getX()), index = tensorType(op.getIndex());
  int64_t axis = axisOf(op.getAxis(), op.getX());
  RankedTensorType type = withRunTimeDim(x.clone(takenShape(x, index, axis)), takenDim(x, index, axis));
  if (!isBatchFirst(type))
    return refuse(loc, "take", "an index " + describe(index) + " along axis " + Twine(axis) + " of " + describe(x) +
                                   " puts the batch behind the first dimension; 'gather' takes an index for every element", op.getIndex());
  types.push_back(type);
  return success();
}

SmallVector<Value> TakeOp::emitVjp(OpBuilder &builder, ValueRange cotangents, ArrayRef<bool> needed) {
  if (!needed[0])
    return {nullptr, nullptr};
  return {AddRowsOp::create(builder, getLoc(), getX(), getIndex(), cotangents[0], axisOf(getAxis(), getX()), -1, true), nullptr};
}

SmallVector<Value> TakeOp::emitLinalg(OpBuilder &b) {
  return {takeAlong(b, getLoc(), tensorType(getOut()), getX(), getIndex(), axisOf(getAxis(), getX()))};
}

LogicalResult AddRowsOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op, SmallVectorImpl<Type> &types) {
  if (failed(verifyIndexing(loc, "add_rows", op.getBase(), op.getIndex(), op.getAxis())))
    return failure();
  RankedTensorType base = tensorType(op.getBase()), values = tensorType(op.getValues());
  RankedTensorType index = tensorType(op.getIndex());
  int64_t axis = axisOf(op.getAxis(), op.getBase());
  if (values != withRunTimeDim(base.clone(takenShape(base, index, axis)), takenDim(base, index, axis)))
    return refuse(loc, "add_rows", describe(values) + " at " + describe(op.getIndex().getType()) + " are no slices of " + describe(base));
  types.push_back(base);
  return success();
}

SmallVector<IndexBound> AddRowsOp::getIndexBounds() { return boundsAlong(getBase(), getAxis()); }
Value AddRowsOp::getRowIndices() { return axisOf(getAxis(), getBase()) == 0 ? getIndex() : Value(); }
Value AddRowsOp::getRowValues() { return getValues(); }
Value AddRowsOp::getRowsBase() { return getLike() ? Value() : getBase(); }
int64_t AddRowsOp::getIgnoredRow() { return getIgnored(); }
Value AddRowsOp::addRowsTo(OpBuilder &builder, Value base) {
  return AddRowsOp::create(builder, getLoc(), base, getIndex(), getValues(), getAxis(), getIgnored(), /*like=*/false);
}

// y = base + scatter(v):  dbase = g,  dv = take(g), 0 where the index is ignored
SmallVector<Value> AddRowsOp::emitVjp(OpBuilder &builder, ValueRange cotangents, ArrayRef<bool> needed) {
  Expr g(builder, getLoc(), cotangents[0]);
  SmallVector<Value> result{needed[0] && !getLike() ? g.value : nullptr, nullptr, nullptr};
  if (!needed[2])
    return result;
  Expr rows = g.emit("mimo.take", {g.value, getIndex()}, builder.getNamedAttr("axis", builder.getI64IntegerAttr(getAxis())));
  if (getIgnored() >= 0)
    rows = dropRows(rows, getIndex(), getIgnored());
  result[2] = rows;
  return result;
}

// In the order of the indices: the same bits however the rows are distributed.
SmallVector<Value> AddRowsOp::emitLinalg(OpBuilder &b) {
  Location loc = getLoc();
  Value start = getLike() ? filledTensor(b, loc, tensorType(getBase()), getBase(), 0) : getBase();
  return {combineRows(b, loc, start, getIndex(), getValues(), axisOf(getAxis(), getBase()), getIgnored(), addNumbers)};
}

//===- gather, scatter_add --------------------------------------------------------------------------------------===//

/// An index has x's rank, and along every axis but `axis` no more than `x` holds (a run-time size is as long as itself).
static LogicalResult verifyElementIndex(std::optional<Location> loc, StringRef op, Value x, Value index, int64_t axis) {
  RankedTensorType type = tensorType(x), indices = tensorType(index);
  bool fits = type.getRank() == indices.getRank();
  for (int64_t i = 0; fits && i < type.getRank(); ++i)
    if (i != axis)
      fits = type.isDynamicDim(i) || indices.isDynamicDim(i) ? runTimeDim(type) == runTimeDim(indices)
                                                             : indices.getDimSize(i) <= type.getDimSize(i);
  if (fits)
    return success();
  return refuse(loc, op, "an index " + describe(indices) + " does not fit " + describe(type) +
                             ": it has its rank, and along the other axes at most its size", index);
}

static Signature elementIndexSignature() {
  return {{"x", FormalKind::Tensor}, {"index", FormalKind::Tensor}, {"axis", FormalKind::Integer}};
}
Signature GatherOp::getSignature() { return elementIndexSignature(); }
SmallVector<IndexBound> GatherOp::getIndexBounds() { return boundsAlong(getX(), getAxis()); }

LogicalResult GatherOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op, SmallVectorImpl<Type> &types) {
  if (failed(verifyIndexing(loc, "gather", op.getX(), op.getIndex(), op.getAxis())) ||
      failed(verifyElementIndex(loc, "gather", op.getX(), op.getIndex(), axisOf(op.getAxis(), op.getX()))))
    return failure();
  RankedTensorType index = tensorType(op.getIndex());
  types.push_back(withRunTimeDim(tensorType(op.getX()).clone(index.getShape()), runTimeDim(index)));
  return success();
}

SmallVector<Value> GatherOp::emitVjp(OpBuilder &builder, ValueRange cotangents, ArrayRef<bool> needed) {
  if (!needed[0])
    return {nullptr, nullptr};
  Expr zeros = zerosLike(Expr(builder, getLoc(), getX()));
  return {ScatterAddOp::create(builder, getLoc(), zeros, getIndex(), cotangents[0], getAxis()), nullptr};
}

SmallVector<Value> GatherOp::emitLinalg(OpBuilder &b) {
  int64_t axis = axisOf(getAxis(), getX());
  Value size = sizeAlong(b, getLoc(), getX(), axis);
  return {elementwise(b, getLoc(), tensorType(getOut()), getIndex(), [&](OpBuilder &inner, Location where, ValueRange args) -> Value {
    SmallVector<Value> at;
    for (int64_t i = 0; i < tensorType(getOut()).getRank(); ++i)
      at.push_back(i == axis ? clampIndex(inner, where, args[0], size) : Value(linalg::IndexOp::create(inner, where, i)));
    return tensor::ExtractOp::create(inner, where, getX(), at);
  })};
}

Signature ScatterAddOp::getSignature() {
  return {{"x", FormalKind::Tensor}, {"index", FormalKind::Tensor}, {"source", FormalKind::Tensor}, {"axis", FormalKind::Integer}};
}
SmallVector<IndexBound> ScatterAddOp::getIndexBounds() { return boundsAlong(getX(), getAxis()); }

LogicalResult ScatterAddOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op, SmallVectorImpl<Type> &types) {
  if (failed(verifyIndexing(loc, "scatter_add", op.getX(), op.getIndex(), op.getAxis())) ||
      failed(verifyElementIndex(loc, "scatter_add", op.getX(), op.getIndex(), axisOf(op.getAxis(), op.getX()))) ||
      failed(verifyElementIndex(loc, "scatter_add", op.getSource(), op.getIndex(), /*axis=*/-1)))
    return failure();
  RankedTensorType x = tensorType(op.getX()), source = tensorType(op.getSource());
  if (source.getElementType() != x.getElementType() || x.getElementType().isInteger(1))
    return refuse(loc, "scatter_add", "a source " + describe(source) + " cannot be added to " + describe(x), op.getSource());
  types.push_back(x);
  return success();
}

// y = x + scatter(s):  dx = g,  ds = gather(g), 0 where the source has more elements than the index
SmallVector<Value> ScatterAddOp::emitVjp(OpBuilder &builder, ValueRange cotangents, ArrayRef<bool> needed) {
  Expr g(builder, getLoc(), cotangents[0]);
  SmallVector<Value> result{needed[0] ? g.value : nullptr, nullptr, nullptr};
  if (!needed[2])
    return result;
  Expr picked = g.emit("mimo.gather", {g.value, getIndex()}, builder.getNamedAttr("axis", builder.getI64IntegerAttr(getAxis())));
  if (picked.type() != tensorType(getSource())) {
    SmallVector<int64_t> offsets(picked.type().getRank(), 0);
    picked = g.emit("mimo.pad_like", {picked.value, getSource()}, builder.getNamedAttr("offsets", builder.getDenseI64ArrayAttr(offsets)));
  }
  result[2] = picked;
  return result;
}

SmallVector<Value> ScatterAddOp::emitLinalg(OpBuilder &b) {
  int64_t axis = axisOf(getAxis(), getX());
  Value size = sizeAlong(b, getLoc(), getX(), axis);
  auto add = [&](OpBuilder &inner, Location where, ValueRange positions, ValueRange state) -> SmallVector<Value> {
    SmallVector<Value> at(positions);
    at[axis] = clampIndex(inner, where, tensor::ExtractOp::create(inner, where, getIndex(), positions), size);
    Value before = tensor::ExtractOp::create(inner, where, state[0], at);
    Value added = tensor::ExtractOp::create(inner, where, getSource(), positions);
    Value sum = isa<FloatType>(added.getType()) ? Value(arith::AddFOp::create(inner, where, before, added))
                                                : Value(arith::AddIOp::create(inner, where, before, added));
    return {tensor::InsertOp::create(inner, where, sum, state[0], at)};
  };
  return loopOver(b, getLoc(), mixedSizes(b, getLoc(), tensorType(getIndex()), getIndex()), getX(), add);
}

//===- one_hot --------------------------------------------------------------------------------------------------===//

Signature OneHotOp::getSignature() { return {{"label", FormalKind::Tensor}, {"classes", FormalKind::Integer}}; }

SmallVector<IndexBound> OneHotOp::getIndexBounds() { return {{0, int64_t(getClasses())}}; }

FailureOr<Value> OneHotOp::buildFromCall(CallSite &call) {
  OpBuilder &b = call.builder();
  return buildOp(b, call.loc(), getOperationName(), call.tensor("label"),
                 {b.getNamedAttr("classes", b.getI64IntegerAttr(*call.integer("classes"))),
                  b.getNamedAttr("precision", TypeAttr::get(call.precision()))});
}

LogicalResult OneHotOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op, SmallVectorImpl<Type> &types) {
  RankedTensorType labels = tensorType(op.getLabel());
  int64_t classes = op.getClasses();
  if (!labels.getElementType().isInteger(32) && !labels.getElementType().isInteger(64))
    return refuse(loc, "one_hot", "takes class indices (i32 or i64), not " + describe(labels), op.getLabel());
  if (classes < 1 || !isa<FloatType>(op.getPrecision()))
    return refuse(loc, "one_hot", "gives at least 1 floating-point number a label, not " + Twine(classes) + " of " + describe(op.getPrecision()));
  SmallVector<int64_t> shape(labels.getShape());
  shape.push_back(classes);
  types.push_back(RankedTensorType::get(shape, op.getPrecision()));
  return success();
}

SmallVector<Value> OneHotOp::emitLinalg(OpBuilder &b) {
  RankedTensorType type = tensorType(getOut());
  int64_t last = type.getRank() - 1;
  Value column = keepAxis(b, getLoc(), getLabel(), last);
  return {elementwise(b, getLoc(), type, column, [&](OpBuilder &inner, Location where, ValueRange args) -> Value {
    Value index = linalg::IndexOp::create(inner, where, last);
    Value number = arith::IndexCastOp::create(inner, where, args.back().getType(), index);
    Value isLabel = arith::CmpIOp::create(inner, where, arith::CmpIPredicate::eq, number, args.back());
    return arith::UIToFPOp::create(inner, where, type.getElementType(), isLabel);
  })};
}

#define GET_OP_CLASSES
#include "mimo/Ops/Indexing.cpp.inc"
