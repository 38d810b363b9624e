#include "mimo/Ops/Shape.h"
#include "mimo/IR/Axes.h"
#include "mimo/IR/LinalgBuilders.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::mimo;

static RankedTensorType tensorType(Value value) { return cast<RankedTensorType>(value.getType()); }
static SmallVector<OpFoldResult> unitStrides(OpBuilder &b, int64_t rank) { return SmallVector<OpFoldResult>(rank, b.getIndexAttr(1)); }
static SmallVector<OpFoldResult> indices(OpBuilder &b, ArrayRef<int64_t> values) {
  return llvm::map_to_vector(values, [&](int64_t value) -> OpFoldResult { return b.getIndexAttr(value); });
}

//===- constant, zeros, size ------------------------------------------------------------------------------------===//

LogicalResult ConstantOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op, SmallVectorImpl<Type> &types) {
  if (auto table = dyn_cast<DenseElementsAttr>(op.getValue()); table && isa<RankedTensorType>(table.getType())) {
    types.push_back(table.getType());
    return success();
  }
  if (!isa<FloatAttr, IntegerAttr>(op.getValue()))
    return refuse(loc, "constant", "the value must be one number or bool, or a table of them");
  types.push_back(RankedTensorType::get({}, cast<TypedAttr>(op.getValue()).getType()));
  return success();
}
SmallVector<Value> ConstantOp::emitLinalg(OpBuilder &b) {
  auto table = dyn_cast<DenseElementsAttr>(getValue());
  if (!table)
    table = DenseElementsAttr::get(tensorType(getOut()), ArrayRef<Attribute>(cast<TypedAttr>(getValue())));
  return {arith::ConstantOp::create(b, getLoc(), table)};
}

LogicalResult ZerosOp::inferReturnTypes(MLIRContext *, std::optional<Location>, Adaptor op, SmallVectorImpl<Type> &types) {
  types.push_back(op.getLike().getType());
  return success();
}
SmallVector<Value> ZerosOp::emitLinalg(OpBuilder &b) { return {filledTensor(b, getLoc(), tensorType(getOut()), getLike(), 0)}; }

LogicalResult SizeOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op, SmallVectorImpl<Type> &types) {
  if (!isa<FloatType>(op.getPrecision()))
    return refuse(loc, "size", "gives a floating-point number, not " + describe(op.getPrecision()));
  for (int64_t axis : op.getAxes())
    if (axis < 0 || axis >= tensorType(op.getX()).getRank())
      return refuse(loc, "size", "axis " + Twine(axis) + " does not exist in " + describe(op.getX().getType()), op.getX());
  types.push_back(RankedTensorType::get({}, op.getPrecision()));
  return success();
}
SmallVector<Value> SizeOp::emitLinalg(OpBuilder &b) {
  int64_t known = 1;
  Value batch;
  for (int64_t axis : getAxes()) {
    if (tensorType(getX()).isDynamicDim(axis))
      batch = tensor::DimOp::create(b, getLoc(), getX(), axis);
    else
      known *= tensorType(getX()).getDimSize(axis);
  }
  Value number = scalarConstant(b, getLoc(), getPrecision(), static_cast<double>(known));
  if (batch) {
    Value whole = arith::IndexCastOp::create(b, getLoc(), b.getI64Type(), batch);
    Value rows = arith::SIToFPOp::create(b, getLoc(), getPrecision(), whole);
    number = arith::MulFOp::create(b, getLoc(), rows, number);
  }
  return {tensor::FromElementsOp::create(b, getLoc(), tensorType(getOut()), number)};
}

//===- concat ---------------------------------------------------------------------------------------------------===//

Signature ConcatOp::getSignature() {
  return {{"parts", FormalKind::Tensors}, {"axis", FormalKind::Integer, {}, /*optional=*/true}};
}

FailureOr<Value> ConcatOp::buildFromCall(CallSite &call) {
  SmallVector<Value> parts = call.tensors("parts");
  int64_t rank = tensorType(parts[0]).getRank();
  std::optional<int64_t> axis = call.integer("axis");
  if (!axis && rank != 2 && rank != 4)
    return emitCallError(call) << "needs 'axis' for tensors of rank " << rank << ": " << describe(parts[0].getType());
  int64_t along = axis.value_or(1);
  if (along < 0 && along >= -rank) // what does not exist is refused as it was written
    along += rank;
  Builder &b = call.builder();
  return buildOp(call.builder(), call.loc(), getOperationName(), parts, b.getNamedAttr("axis", b.getI64IntegerAttr(along)));
}

LogicalResult ConcatOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op, SmallVectorImpl<Type> &types) {
  if (op.getParts().empty())
    return refuse(loc, "concat", "needs at least one tensor");
  RankedTensorType first = tensorType(op.getParts().front());
  int64_t axis = op.getAxis();
  if (axis < 0 || axis >= first.getRank())
    return refuse(loc, "concat", "axis " + Twine(axis) + " does not exist in " + describe(first), op.getParts().front());
  if (first.isDynamicDim(axis))
    return refuse(loc, "concat", "cannot join along the batch (axis " + Twine(axis) + " of " + describe(first) + ")", op.getParts().front());
  SmallVector<int64_t> shape(first.getShape());
  shape[axis] = 0;
  for (Value part : op.getParts()) {
    RankedTensorType type = tensorType(part);
    bool fits = type.getRank() == first.getRank() && type.getElementType() == first.getElementType();
    for (int64_t i = 0; fits && i < first.getRank(); ++i)
      fits = i == axis || type.getDimSize(i) == first.getDimSize(i);
    if (!fits)
      return refuse(loc, "concat", "along axis " + Twine(axis) + ", " + describe(first) + " and " + describe(type) +
                                       " must agree in everything else", part);
    shape[axis] += type.getDimSize(axis);
  }
  types.push_back(first.clone(shape));
  return success();
}

// The cotangent of each part is its slice of g.
SmallVector<Value> ConcatOp::emitVjp(OpBuilder &builder, ValueRange cotangents, ArrayRef<bool> needed) {
  SmallVector<Value> result;
  int64_t axis = getAxis(), start = 0;
  for (auto [part, wanted] : llvm::zip_equal(getParts(), needed)) {
    int64_t size = tensorType(part).getDimSize(axis);
    result.push_back(wanted ? Value(sliceAlong(Expr(builder, getLoc(), cotangents[0]), axis, start, size)) : nullptr);
    start += size;
  }
  return result;
}

SmallVector<Value> ConcatOp::emitLinalg(OpBuilder &b) {
  Value result = emptyTensor(b, getLoc(), tensorType(getOut()), getParts());
  int64_t axis = getAxis(), start = 0;
  for (Value part : getParts()) {
    RankedTensorType type = tensorType(part);
    SmallVector<int64_t> offsets(type.getRank(), 0);
    offsets[axis] = start;
    result = tensor::InsertSliceOp::create(b, getLoc(), part, result, indices(b, offsets), mixedSizes(b, getLoc(), type, part),
                                           unitStrides(b, type.getRank()));
    start += type.getDimSize(axis);
  }
  return {result};
}

//===- slice, pad_like ------------------------------------------------------------------------------------------===//

LogicalResult SliceOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op, SmallVectorImpl<Type> &types) {
  RankedTensorType type = tensorType(op.getX());
  SmallVector<int64_t> shape;
  size_t rank = type.getRank();
  if (op.getOffsets().size() != rank || op.getSizes().size() != rank)
    return refuse(loc, "slice", "needs an offset and a size for every axis of " + describe(type), op.getX());
  for (int64_t i = 0; i < type.getRank(); ++i) {
    int64_t offset = op.getOffsets()[i], size = op.getSizes()[i];
    bool whole = offset == 0 && size == -1;
    if (type.isDynamicDim(i) && !whole)
      return refuse(loc, "slice", "the batch (axis " + Twine(i) + " of " + describe(type) + ") can only be taken whole", op.getX());
    if (!whole && size < 1)
      return refuse(loc, "slice", "leaves nothing of axis " + Twine(i) + " of " + describe(type), op.getX());
    if (!whole && (offset < 0 || offset > type.getDimSize(i) - size))
      return refuse(loc, "slice", Twine(offset) + ":" + Twine(int64_t(uint64_t(offset) + size)) + " lies outside axis " + Twine(i) + " of " + describe(type), op.getX());
    shape.push_back(whole ? type.getDimSize(i) : size);
  }
  types.push_back(type.clone(shape));
  return success();
}

SmallVector<Value> SliceOp::emitVjp(OpBuilder &builder, ValueRange cotangents, ArrayRef<bool> needed) {
  if (!needed[0])
    return {nullptr};
  Expr g(builder, getLoc(), cotangents[0]);
  return {g.emit("mimo.pad_like", {g.value, getX()}, {builder.getNamedAttr("offsets", getOffsetsAttr())})};
}

SmallVector<Value> SliceOp::emitLinalg(OpBuilder &b) {
  RankedTensorType type = tensorType(getOut());
  return {tensor::ExtractSliceOp::create(b, getLoc(), type, getX(), indices(b, getOffsets()), mixedSizes(b, getLoc(), type, getX()),
                                         unitStrides(b, type.getRank()))};
}

/// Whether x placed at the offsets lies inside `like`; the batch stands for itself.
static bool fitsAt(RankedTensorType x, RankedTensorType like, ArrayRef<int64_t> offsets) {
  if (x.getRank() != like.getRank() || x.getElementType() != like.getElementType() || offsets.size() != static_cast<size_t>(x.getRank()))
    return false;
  for (auto [size, room, offset] : llvm::zip_equal(x.getShape(), like.getShape(), offsets)) {
    bool whole = size == room && offset == 0;
    if (!whole && (ShapedType::isDynamic(size) || ShapedType::isDynamic(room) || offset < 0 || offset > room - size))
      return false;
  }
  return true;
}

LogicalResult PadLikeOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op, SmallVectorImpl<Type> &types) {
  if (!fitsAt(tensorType(op.getX()), tensorType(op.getLike()), op.getOffsets()))
    return refuse(loc, "pad_like", describe(op.getX().getType()) + " at these offsets does not lie in " + describe(op.getLike().getType()));
  types.push_back(op.getLike().getType());
  return success();
}

SmallVector<Value> PadLikeOp::emitVjp(OpBuilder &builder, ValueRange cotangents, ArrayRef<bool> needed) {
  if (!needed[0])
    return {nullptr, nullptr};
  SmallVector<int64_t> sizes;
  for (int64_t size : tensorType(getX()).getShape())
    sizes.push_back(ShapedType::isDynamic(size) ? -1 : size);
  Expr g(builder, getLoc(), cotangents[0]);
  return {g.emit("mimo.slice", {g.value}, {builder.getNamedAttr("offsets", getOffsetsAttr()),
                                           builder.getNamedAttr("sizes", builder.getDenseI64ArrayAttr(sizes))}), nullptr};
}

SmallVector<Value> PadLikeOp::emitLinalg(OpBuilder &b) {
  Value zeros = filledTensor(b, getLoc(), tensorType(getOut()), getLike(), 0);
  RankedTensorType type = tensorType(getX());
  return {tensor::InsertSliceOp::create(b, getLoc(), getX(), zeros, indices(b, getOffsets()), mixedSizes(b, getLoc(), type, getX()),
                                        unitStrides(b, type.getRank()))};
}

//===- reshape, flatten, broadcast_like -------------------------------------------------------------------------===//

/// Whether two shapes hold equally many elements: the batch in front of both or of neither, and the rest alike.
static bool holdAlike(ArrayRef<int64_t> a, ArrayRef<int64_t> b) {
  auto hasBatch = [](ArrayRef<int64_t> shape) { return !shape.empty() && ShapedType::isDynamic(shape[0]); };
  auto count = [&](ArrayRef<int64_t> shape) {
    uint64_t elements = 1;
    for (int64_t size : shape.drop_front(hasBatch(shape)))
      elements *= static_cast<uint64_t>(size);
    return elements;
  };
  return hasBatch(a) == hasBatch(b) && count(a) == count(b);
}

LogicalResult ReshapeOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op, SmallVectorImpl<Type> &types) {
  RankedTensorType from = tensorType(op.getX());
  SmallVector<int64_t> shape = llvm::map_to_vector(op.getShape(), [](int64_t size) { return size < 0 ? ShapedType::kDynamic : size; });
  RankedTensorType to = from.clone(shape);
  if (!isBatchFirst(from) || !isBatchFirst(to))
    return refuse(loc, "reshape", "from " + describe(from) + " to " + describe(to) + ": the batch must be the first dimension");
  if (!holdAlike(from.getShape(), shape))
    return refuse(loc, "reshape", describe(from) + " and " + describe(to) + " differ in their number of elements");
  types.push_back(to);
  return success();
}
SmallVector<Value> ReshapeOp::emitVjp(OpBuilder &builder, ValueRange cotangents, ArrayRef<bool> needed) {
  return {needed[0] ? Value(reshape(Expr(builder, getLoc(), cotangents[0]), tensorType(getX()))) : nullptr};
}
SmallVector<Value> ReshapeOp::emitLinalg(OpBuilder &b) { return {reshapeTensor(b, getLoc(), getX(), tensorType(getOut()))}; }

Signature ReshapeOp::getSignature() { return {{"x", FormalKind::Tensor}, {"shape", FormalKind::Sizes}}; }

/// The size that -1 stands for: what the others leave of `elements`. Fails, with an error, where they do not fit.
static FailureOr<int64_t> inferSize(CallSite &call, ArrayRef<int64_t> sizes, int64_t elements, StringRef whole) {
  uint64_t known = 1;
  for (int64_t size : sizes)
    known = size == -1 ? known : llvm::SaturatingMultiply<uint64_t>(known, size);
  bool hasUnknown = llvm::is_contained(sizes, -1);
  if (hasUnknown ? elements % known == 0 : static_cast<uint64_t>(elements) == known)
    return elements / known;
  return emitCallError(call) << describe(call.tensor("x").getType()) << " has " << elements << " elements" << whole << "; the sizes "
                             << (hasUnknown ? "besides -1 " : "") << "make " << known;
}

/// reshape(4, 8) keeps the batch in front, which may also be written: reshape(batch, 4, 8).
FailureOr<Value> ReshapeOp::buildFromCall(CallSite &call) {
  RankedTensorType type = tensorType(call.tensor("x"));
  bool hasBatch = !type.hasStaticShape();
  SmallVector<int64_t> sizes = call.sizes("shape");
  if (failed(verifyRunTimeSize(call, type)))
    return failure();
  if (!sizes.empty() && ShapedType::isDynamic(sizes[0]) && hasBatch)
    sizes.erase(sizes.begin());
  for (int64_t size : sizes) {
    if (ShapedType::isDynamic(size))
      return mlir::emitError(call.locOf("shape")) << "reshape: the batch can only be the first size, of what has the batch; this is " << describe(type);
    if (size < 1 && size != -1)
      return mlir::emitError(call.locOf("shape")) << "reshape: a size of " << size << "; it must be at least 1, or -1 for what is left";
  }
  if (llvm::count(sizes, -1) > 1)
    return mlir::emitError(call.locOf("shape")) << "reshape: -1 stands for one size only";
  int64_t elements = ShapedType::getNumElements(type.getShape().drop_front(hasBatch));
  FailureOr<int64_t> rest = inferSize(call, sizes, elements, hasBatch ? " a sample" : "");
  if (failed(rest))
    return failure();
  llvm::replace(sizes, int64_t(-1), *rest);
  if (hasBatch)
    sizes.insert(sizes.begin(), -1);
  Builder &b = call.builder();
  return buildOp(call.builder(), call.loc(), getOperationName(), call.tensor("x"), b.getNamedAttr("shape", b.getDenseI64ArrayAttr(sizes)));
}

Signature FlattenOp::getSignature() {
  return {{"x", FormalKind::Tensor}, {"start", FormalKind::Integer, int64_t(1)}, {"end", FormalKind::Integer, int64_t(-1)}};
}

FailureOr<Value> FlattenOp::buildFromCall(CallSite &call) {
  SmallVector<NamedAttribute> attributes;
  for (StringRef formal : {"start", "end"})
    if (call.isGiven(formal))
      attributes.push_back(call.builder().getNamedAttr(formal, call.builder().getI64IntegerAttr(*call.integer(formal))));
  return buildOp(call.builder(), call.loc(), getOperationName(), call.tensor("x"), attributes);
}

LogicalResult FlattenOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op, SmallVectorImpl<Type> &types) {
  RankedTensorType type = tensorType(op.getX());
  if (type.getRank() < 1 || !isBatchFirst(type))
    return refuse(loc, "flatten", "input is " + describe(type) + ", not [batch, ...]", op.getX());
  int64_t first = op.getStart().value_or(1), last = op.getEnd().value_or(-1);
  if (type.getRank() == 1 && first == 1) { // [batch] to [batch, 1]
    types.push_back(type.clone({type.getDimSize(0), 1}));
    return success();
  }
  for (int64_t axis : {first, last})
    if (failed(requireAxes(loc, "flatten", axis, op.getX())))
      return failure();
  int64_t start = axisOf(first, type.getRank()), end = axisOf(last, type.getRank());
  if (start > end)
    return refuse(loc, "flatten", "starts at axis " + Twine(start) + " of " + describe(type) + " and ends before it, at " + Twine(end), op.getX());
  if (start < end && type.isDynamicDim(start))
    return refuse(loc, "flatten", "the batch of " + describe(type) + " must stay the first dimension", op.getX());
  SmallVector<int64_t> shape(type.getShape().take_front(start + 1));
  for (int64_t size : type.getShape().slice(start + 1, end - start))
    shape.back() *= size;
  llvm::append_range(shape, type.getShape().drop_front(end + 1));
  types.push_back(type.clone(shape));
  return success();
}
SmallVector<Value> FlattenOp::emitVjp(OpBuilder &builder, ValueRange cotangents, ArrayRef<bool> needed) {
  return {needed[0] ? Value(reshape(Expr(builder, getLoc(), cotangents[0]), tensorType(getX()))) : nullptr};
}
SmallVector<Value> FlattenOp::emitLinalg(OpBuilder &b) { return {reshapeTensor(b, getLoc(), getX(), tensorType(getOut()))}; }

/// Whether `dims` ascends and puts each dimension of x at one of its size, or stretches a 1.
static bool spreadsOver(RankedTensorType x, RankedTensorType like, ArrayRef<int64_t> dims) {
  if (dims.size() != static_cast<size_t>(x.getRank()))
    return false;
  int64_t previous = -1;
  for (auto [size, dim] : llvm::zip_equal(x.getShape(), dims)) {
    if (dim <= previous || dim >= like.getRank() || (size != 1 && size != like.getDimSize(dim)))
      return false;
    previous = dim;
  }
  return true;
}

LogicalResult BroadcastLikeOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op, SmallVectorImpl<Type> &types) {
  if (!spreadsOver(tensorType(op.getX()), tensorType(op.getLike()), op.getDims()))
    return refuse(loc, "broadcast_like", describe(op.getX().getType()) + " along these dimensions does not spread over " + describe(op.getLike().getType()));
  types.push_back(tensorType(op.getLike()).clone(tensorType(op.getX()).getElementType()));
  return success();
}
SmallVector<Value> BroadcastLikeOp::emitVjp(OpBuilder &builder, ValueRange cotangents, ArrayRef<bool> needed) {
  if (!needed[0])
    return {nullptr, nullptr};
  Expr g(builder, getLoc(), cotangents[0]);
  SmallVector<int64_t> absent, stretched;
  for (int64_t i = 0; i < g.type().getRank(); ++i)
    if (!llvm::is_contained(getDims(), i))
      absent.push_back(i);
  Expr kept = sum(g, absent);
  for (auto [i, dim] : llvm::enumerate(getDims()))
    if (tensorType(getX()).getDimSize(i) == 1 && g.type().getDimSize(dim) != 1)
      stretched.push_back(i);
  return {sum(kept, stretched, /*keepDims=*/true), nullptr};
}
SmallVector<Value> BroadcastLikeOp::emitLinalg(OpBuilder &b) {
  return {broadcastInto(b, getLoc(), tensorType(getOut()), getLike(), getX(), getDims())};
}

#define GET_OP_CLASSES
#include "mimo/Ops/Shape.cpp.inc"
