#include "mimo/Ops/Resizing.h"
#include "mimo/IR/Axes.h"
#include "mimo/IR/LinalgBuilders.h"
#include "llvm/Support/MathExtras.h"

#include <cmath>

using namespace mlir;
using namespace mlir::mimo;

static RankedTensorType tensorType(Value value) { return cast<RankedTensorType>(value.getType()); }

//===- squeeze, unsqueeze ---------------------------------------------------------------------------------------===//

Signature SqueezeOp::getSignature() {
  return {{"x", FormalKind::Tensor}, {.name = "axis", .kind = FormalKind::Integers, .fallback = SmallVector<int64_t>{}, .rest = true}};
}

LogicalResult SqueezeOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op, SmallVectorImpl<Type> &types) {
  RankedTensorType type = tensorType(op.getX());
  if (failed(requireAxes(loc, "squeeze", op.getAxis(), op.getX())))
    return failure();
  SmallVector<int64_t> shape, axes = axesOf(op.getAxis(), type.getRank());
  for (auto [i, size] : llvm::enumerate(type.getShape())) {
    bool listed = llvm::is_contained(axes, static_cast<int64_t>(i));
    if (listed && size != 1 && !op.getAxis().empty())
      return refuse(loc, "squeeze", "axis " + Twine(i) + " of " + describe(type) +
                                        (ShapedType::isDynamic(size) ? Twine(" is the batch") : " has size " + Twine(size) + ", not 1"), op.getX());
    if (!listed || size != 1)
      shape.push_back(size);
  }
  types.push_back(type.clone(shape));
  return success();
}
SmallVector<Value> SqueezeOp::emitVjp(OpBuilder &builder, ValueRange cotangents, ArrayRef<bool> needed) {
  return {needed[0] ? Value(reshape(Expr(builder, getLoc(), cotangents[0]), tensorType(getX()))) : nullptr};
}
SmallVector<Value> SqueezeOp::emitLinalg(OpBuilder &b) { return {reshapeTensor(b, getLoc(), getX(), tensorType(getOut()))}; }

Signature UnsqueezeOp::getSignature() {
  return {{"x", FormalKind::Tensor}, {.name = "axis", .kind = FormalKind::Integers, .rest = true}};
}

LogicalResult UnsqueezeOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op, SmallVectorImpl<Type> &types) {
  RankedTensorType type = tensorType(op.getX());
  int64_t rank = type.getRank() + op.getAxis().size();
  for (int64_t axis : op.getAxis())
    if (axis < -rank || axis >= rank)
      return refuse(loc, "unsqueeze", "axis " + Twine(axis) + " does not exist in a result of rank " + Twine(rank), op.getX());
  SmallVector<int64_t> axes = axesOf(op.getAxis(), rank), shape(type.getShape());
  if (op.getAxis().empty() || std::adjacent_find(axes.begin(), axes.end()) != axes.end())
    return refuse(loc, "unsqueeze", op.getAxis().empty() ? "needs an axis" : "an axis is given twice");
  for (int64_t axis : axes)
    shape.insert(shape.begin() + axis, 1);
  if (!isBatchFirst(type.clone(shape)))
    return refuse(loc, "unsqueeze", "the batch of " + describe(type) + " must stay the first dimension", op.getX());
  types.push_back(type.clone(shape));
  return success();
}
SmallVector<Value> UnsqueezeOp::emitVjp(OpBuilder &builder, ValueRange cotangents, ArrayRef<bool> needed) {
  return {needed[0] ? Value(reshape(Expr(builder, getLoc(), cotangents[0]), tensorType(getX()))) : nullptr};
}
SmallVector<Value> UnsqueezeOp::emitLinalg(OpBuilder &b) { return {reshapeTensor(b, getLoc(), getX(), tensorType(getOut()))}; }

//===- broadcast ------------------------------------------------------------------------------------------------===//

Signature BroadcastOp::getSignature() { return {{"x", FormalKind::Tensor}, {"shape", FormalKind::Sizes}}; }

/// The batch is written, or stays in front of the sizes; -1 keeps x's own size, as in torch.expand.
FailureOr<Value> BroadcastOp::buildFromCall(CallSite &call) {
  Value x = call.tensor("x"), like;
  RankedTensorType type = tensorType(x);
  SmallVector<int64_t> shape = call.sizes("shape");
  bool written = !shape.empty() && ShapedType::isDynamic(shape[0]);
  if (failed(verifyRunTimeSize(call, type)))
    return failure();
  if (!type.hasStaticShape() && !written)
    shape.insert(shape.begin(), ShapedType::kDynamic);
  if (type.hasStaticShape() && written && !(like = call.carrier(call.runTimeSize("shape")))) {
    StringRef dim = call.runTimeSize("shape");
    return emitCallError(call) << "no input is declared yet that has " << (dim == kBatchName ? "the batch" : "'" + dim.str() + "'");
  }
  int64_t lead = static_cast<int64_t>(shape.size()) - type.getRank();
  for (auto [i, size] : llvm::enumerate(shape)) {
    if (ShapedType::isDynamic(size)) {
      size = -1;
    } else if (size == -1) {
      if (static_cast<int64_t>(i) < lead)
        return mlir::emitError(call.locOf("shape")) << "broadcast: -1 keeps a size, and " << describe(type) << " has none there";
      size = type.getDimSize(i - lead);
    } else if (size < 1) {
      return mlir::emitError(call.locOf("shape")) << "broadcast: a size of " << size << "; it must be at least 1, or -1 to keep it";
    }
  }
  SmallVector<Value> operands{x};
  if (like)
    operands.push_back(like);
  Builder &b = call.builder();
  return buildOp(call.builder(), call.loc(), getOperationName(), operands, b.getNamedAttr("shape", b.getDenseI64ArrayAttr(shape)));
}

LogicalResult BroadcastOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op, SmallVectorImpl<Type> &types) {
  RankedTensorType from = tensorType(op.getX());
  SmallVector<int64_t> shape = llvm::map_to_vector(op.getShape(), [](int64_t size) { return size < 0 ? ShapedType::kDynamic : size; });
  RankedTensorType to = from.clone(shape);
  int64_t lead = to.getRank() - from.getRank();
  bool fits = isBatchFirst(to) && lead >= 0 && (lead == 0 || from.hasStaticShape());
  for (int64_t i = 0; fits && i < from.getRank(); ++i)
    fits = from.getDimSize(i) == 1 || from.getDimSize(i) == to.getDimSize(lead + i);
  if (!fits)
    return refuse(loc, "broadcast", describe(from) + " cannot be repeated to " + describe(to), op.getX());
  Value carrier = from.hasStaticShape() ? op.getLike() : op.getX();
  if (!to.hasStaticShape() && (!carrier || tensorType(carrier).hasStaticShape()))
    return refuse(loc, "broadcast", "to " + describe(to) + " needs a value that has the batch", op.getX());
  types.push_back(to);
  return success();
}
SmallVector<Value> BroadcastOp::emitVjp(OpBuilder &builder, ValueRange cotangents, ArrayRef<bool> needed) {
  Value dx = needed[0] ? Value(sumTo(Expr(builder, getLoc(), cotangents[0]), tensorType(getX()))) : nullptr;
  return getLike() ? SmallVector<Value>{dx, nullptr} : SmallVector<Value>{dx};
}
SmallVector<Value> BroadcastOp::emitLinalg(OpBuilder &b) {
  RankedTensorType type = tensorType(getOut()), from = tensorType(getX());
  if (type == from)
    return {getX()};
  auto dims = llvm::to_vector(llvm::seq<int64_t>(type.getRank() - from.getRank(), type.getRank()));
  return {broadcastInto(b, getLoc(), type, getOperation()->getOperands(), getX(), dims)};
}

//===- tile -----------------------------------------------------------------------------------------------------===//

Signature TileOp::getSignature() { return {{"x", FormalKind::Tensor}, {.name = "repeats", .kind = FormalKind::Integers, .rest = true}}; }

/// How often each dimension of x is there; the batch once.
static SmallVector<int64_t> repeatsOf(ArrayRef<int64_t> repeats, RankedTensorType type) {
  SmallVector<int64_t> all(type.getRank() - repeats.size(), 1);
  all.append(repeats.begin(), repeats.end());
  return all;
}

LogicalResult TileOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op, SmallVectorImpl<Type> &types) {
  RankedTensorType type = tensorType(op.getX());
  int64_t axes = type.getRank() - !type.hasStaticShape();
  if (static_cast<int64_t>(op.getRepeats().size()) != axes)
    return refuse(loc, "tile", "needs a number for each of the " + Twine(axes) + (type.hasStaticShape() ? " axes of " : " axes behind the batch of ") +
                                   describe(type) + ", not " + Twine(op.getRepeats().size()), op.getX());
  SmallVector<int64_t> shape(type.getShape());
  for (auto [i, repeats] : llvm::enumerate(repeatsOf(op.getRepeats(), type))) {
    if (repeats < 1)
      return refuse(loc, "tile", Twine(repeats) + " repeats; there must be at least 1");
    if (!ShapedType::isDynamic(shape[i]) && llvm::MulOverflow(shape[i], repeats, shape[i]))
      return refuse(loc, "tile", Twine(repeats) + " repeats of " + describe(type) + " are too large");
  }
  types.push_back(type.clone(shape));
  return success();
}

/// Each repeated dimension n of x as two, [repeats, n]: `added` are the new ones, `places` those that x has.
static RankedTensorType withRepeats(RankedTensorType type, ArrayRef<int64_t> repeats, SmallVectorImpl<int64_t> &places,
                                    SmallVectorImpl<int64_t> &added) {
  SmallVector<int64_t> shape;
  for (auto [size, count] : llvm::zip_equal(type.getShape(), repeats)) {
    if (count > 1) {
      added.push_back(shape.size());
      shape.push_back(count);
    }
    places.push_back(shape.size());
    shape.push_back(size);
  }
  return type.clone(shape);
}

SmallVector<Value> TileOp::emitLinalg(OpBuilder &b) {
  SmallVector<int64_t> places, added;
  RankedTensorType type = tensorType(getX());
  RankedTensorType wide = withRepeats(type, repeatsOf(getRepeats(), type), places, added);
  Value repeated = added.empty() ? getX() : broadcastInto(b, getLoc(), wide, getX(), getX(), places);
  return {reshapeTensor(b, getLoc(), repeated, tensorType(getOut()))};
}
// The cotangent of an element is the sum over its copies.
SmallVector<Value> TileOp::emitVjp(OpBuilder &builder, ValueRange cotangents, ArrayRef<bool> needed) {
  if (!needed[0])
    return {nullptr};
  SmallVector<int64_t> places, added;
  RankedTensorType type = tensorType(getX());
  RankedTensorType wide = withRepeats(type, repeatsOf(getRepeats(), type), places, added);
  return {sum(reshape(Expr(builder, getLoc(), cotangents[0]), wide), added)};
}

//===- pad ------------------------------------------------------------------------------------------------------===//

Signature PadOp::getSignature() {
  return {{"x", FormalKind::Tensor},
          {"before", FormalKind::Integers},
          {"after", FormalKind::Integers, SmallVector<int64_t>{}},
          {"axis", FormalKind::Integers, SmallVector<int64_t>{-1}},
          {"value", FormalKind::Number, 0.0, /*optional=*/false, /*words=*/{}, /*infinite=*/true},
          {"mode", FormalKind::Word, std::string("constant"), /*optional=*/false, {"constant", "reflect", "replicate", "circular"}}};
}

/// What stands before and after each dimension of x.
struct Padding {
  SmallVector<int64_t> before, after;
};

/// Refuses amounts that do not fit x and the axes.
static FailureOr<Padding> readPadding(std::optional<Location> loc, Value x, ArrayRef<int64_t> before, ArrayRef<int64_t> after,
                                      ArrayRef<int64_t> axes) {
  if (failed(requireAxes(loc, "pad", axes, x)))
    return failure();
  RankedTensorType type = tensorType(x);
  Padding padding{SmallVector<int64_t>(type.getRank(), 0), SmallVector<int64_t>(type.getRank(), 0)};
  for (auto [amounts, all] : {std::pair(before, &padding.before), std::pair(after, &padding.after)}) {
    if (amounts.size() != 1 && amounts.size() != axes.size())
      return refuse(loc, "pad", "needs one amount, or one for each of the " + Twine(axes.size()) + " axes, not " + Twine(amounts.size()));
    for (auto [i, axis] : llvm::enumerate(axes)) {
      int64_t amount = amounts[amounts.size() == 1 ? 0 : i], at = axisOf(axis, type.getRank());
      if (amount < 0)
        return refuse(loc, "pad", "an amount of " + Twine(amount) + "; a slice, x[:, a:b], takes elements away");
      if (type.isDynamicDim(at) && amount != 0)
        return refuse(loc, "pad", "axis " + Twine(axis) + " of " + describe(type) + " is the batch, which cannot be longer", x);
      (*all)[at] = amount;
    }
  }
  return padding;
}

/// x[start : start + size] along the axis, from its end to its start where `flipped`.
static Value pieceOf(Expr x, int64_t axis, int64_t start, int64_t size, bool flipped) {
  Expr piece = sliceAlong(x, axis, start, size);
  Builder &b = *x.builder;
  return flipped ? piece.emit("mimo.flip", piece.value, b.getNamedAttr("axis", b.getDenseI64ArrayAttr(axis))) : piece;
}

/// The edges of x, continued as `mode` says, around it along one axis.
static FailureOr<Value> continueEdges(CallSite &call, Value value, int64_t axis, int64_t before, int64_t after, StringRef mode) {
  Expr x(call.builder(), call.loc(), value);
  int64_t size = x.type().getDimSize(axis), most = mode == "reflect" ? size - 1 : size;
  if (mode != "replicate" && std::max(before, after) > most)
    return emitCallError(call) << "mode '" << mode << "' can add at most " << most << " to axis " << axis << " of " << describe(x.type());
  SmallVector<Value> parts;
  bool flipped = mode == "reflect";
  auto copies = [&](int64_t start, int64_t count) { parts.append(count, pieceOf(x, axis, start, 1, false)); };
  if (mode == "replicate" && before > 0)
    copies(0, before);
  else if (before > 0)
    parts.push_back(pieceOf(x, axis, flipped ? 1 : size - before, before, flipped));
  parts.push_back(value);
  if (mode == "replicate" && after > 0)
    copies(size - 1, after);
  else if (after > 0)
    parts.push_back(pieceOf(x, axis, flipped ? size - 1 - after : 0, after, flipped));
  Builder &b = call.builder();
  return buildOp(call.builder(), call.loc(), "mimo.concat", parts, b.getNamedAttr("axis", b.getI64IntegerAttr(axis)));
}

FailureOr<Value> PadOp::buildFromCall(CallSite &call) {
  Value x = call.tensor("x");
  SmallVector<int64_t> before = call.integers("before"), after = call.integers("after"), axes = call.integers("axis");
  if (after.empty())
    after = before;
  std::string mode = call.text("mode");
  Builder &b = call.builder();
  if (mode == "constant")
    return buildOp(call.builder(), call.loc(), getOperationName(), x,
                   {b.getNamedAttr("before", b.getDenseI64ArrayAttr(before)), b.getNamedAttr("after", b.getDenseI64ArrayAttr(after)),
                    b.getNamedAttr("axis", b.getDenseI64ArrayAttr(axes)), b.getNamedAttr("value", b.getF64FloatAttr(call.number("value")))});
  if (call.isGiven("value"))
    return mlir::emitError(call.locOf("value")) << "pad: mode '" << mode << "' has no value";
  FailureOr<Padding> padding = readPadding(call.loc(), x, before, after, axes);
  if (failed(padding))
    return failure();
  for (int64_t axis : axesOf(axes, tensorType(x).getRank())) {
    if (padding->before[axis] == 0 && padding->after[axis] == 0)
      continue;
    FailureOr<Value> continued = continueEdges(call, x, axis, padding->before[axis], padding->after[axis], mode);
    if (failed(continued))
      return failure();
    x = *continued;
  }
  return x;
}

LogicalResult PadOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op, SmallVectorImpl<Type> &types) {
  RankedTensorType type = tensorType(op.getX());
  FailureOr<Padding> padding = readPadding(loc, op.getX(), op.getBefore(), op.getAfter(), op.getAxis());
  if (failed(padding))
    return failure();
  double value = op.getValue().convertToDouble();
  if (!isa<FloatType>(type.getElementType()) && value != 0 && (type.getElementType().isInteger(1) || std::abs(value) > 1e9 || value != std::floor(value)))
    return refuse(loc, "pad", "the value " + describe(value) + " cannot stand in " + describe(type), op.getX());
  SmallVector<int64_t> shape(type.getShape());
  for (auto [size, before, after] : llvm::zip_equal(shape, padding->before, padding->after))
    if (before != 0 || after != 0)
      if (llvm::AddOverflow(size, before, size) || llvm::AddOverflow(size, after, size))
        return refuse(loc, "pad", describe(type) + " becomes too large", op.getX());
  types.push_back(type.clone(shape));
  return success();
}

static Padding paddingOf(PadOp op) { return *readPadding(std::nullopt, op.getX(), op.getBefore(), op.getAfter(), op.getAxis()); }

// The cotangent of x is its slice of g.
SmallVector<Value> PadOp::emitVjp(OpBuilder &builder, ValueRange cotangents, ArrayRef<bool> needed) {
  if (!needed[0])
    return {nullptr};
  Expr g(builder, getLoc(), cotangents[0]);
  SmallVector<int64_t> sizes = llvm::map_to_vector(tensorType(getX()).getShape(), [](int64_t n) { return ShapedType::isDynamic(n) ? -1 : n; });
  return {g.emit("mimo.slice", g.value, {builder.getNamedAttr("offsets", builder.getDenseI64ArrayAttr(paddingOf(*this).before)),
                                         builder.getNamedAttr("sizes", builder.getDenseI64ArrayAttr(sizes))})};
}

SmallVector<Value> PadOp::emitLinalg(OpBuilder &b) {
  RankedTensorType type = tensorType(getX());
  Value filled = filledTensor(b, getLoc(), tensorType(getOut()), getX(), getValue().convertToDouble());
  auto offsets = llvm::map_to_vector(paddingOf(*this).before, [&](int64_t n) -> OpFoldResult { return b.getIndexAttr(n); });
  SmallVector<OpFoldResult> strides(type.getRank(), b.getIndexAttr(1));
  return {tensor::InsertSliceOp::create(b, getLoc(), getX(), filled, offsets, mixedSizes(b, getLoc(), type, getX()), strides)};
}

#define GET_OP_CLASSES
#include "mimo/Ops/Resizing.cpp.inc"
