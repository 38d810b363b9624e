#include "mimo/Ops/Pooling.h"
#include "mimo/IR/Expr.h"
#include "mimo/IR/Scalar.h"
#include "mimo/IR/Windows.h"
#include "mimo/Ops/WindowCall.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::mimo;

static RankedTensorType tensorType(Value value) { return cast<RankedTensorType>(value.getType()); }
static ArrayRef<int64_t> spatial(RankedTensorType type) { return type.getShape().drop_front(2); }

//===- Windows --------------------------------------------------------------------------------------------------===//

/// Of any op or adaptor that has dilations.
template <typename OpOrAdaptor>
static Windows windowsOf(OpOrAdaptor op) {
  return {llvm::to_vector(op.getKernel()), llvm::to_vector(op.getStride()), llvm::to_vector(op.getPad()), llvm::to_vector(op.getDilation())};
}

static SmallVector<NamedAttribute> attributesOf(Builder &b, const Windows &how) {
  return {b.getNamedAttr("kernel", b.getDenseI64ArrayAttr(how.kernel)), b.getNamedAttr("stride", b.getDenseI64ArrayAttr(how.stride)),
          b.getNamedAttr("pad", b.getDenseI64ArrayAttr(how.before)), b.getNamedAttr("dilation", b.getDenseI64ArrayAttr(how.dilation))};
}

/// An op that makes windows of x, and one that takes them back to `size`.
static Expr ofWindows(StringRef op, Expr x, const Windows &how, bool ceil) {
  SmallVector<NamedAttribute> attributes = attributesOf(*x.builder, how);
  attributes.push_back(x.builder->getNamedAttr("ceil_mode", x.builder->getBoolAttr(ceil)));
  return x.emit(op, x.value, attributes);
}
static Expr toImage(StringRef op, Expr g, ValueRange operands, const Windows &how, ArrayRef<int64_t> size) {
  SmallVector<NamedAttribute> attributes = attributesOf(*g.builder, how);
  attributes.push_back(g.builder->getNamedAttr("size", g.builder->getDenseI64ArrayAttr(size)));
  return g.emit(op, operands, attributes);
}

static LogicalResult verifyWindows(std::optional<Location> loc, StringRef op, const Windows &how, int64_t spatialRank) {
  auto rank = static_cast<size_t>(spatialRank);
  if (how.kernel.size() != rank || how.stride.size() != rank || how.before.size() != rank || how.dilation.size() != rank)
    return refuse(loc, op, "needs a kernel, stride, padding and dilation for each of " + Twine(spatialRank) + " spatial dimensions");
  for (int64_t i = 0; i < spatialRank; ++i) {
    if (how.kernel[i] < 1 || how.stride[i] < 1 || how.dilation[i] < 1 || how.before[i] < 0)
      return refuse(loc, op, "a kernel, stride or dilation below 1 or a padding below 0");
    if (how.before[i] > how.span(i) / 2)
      return refuse(loc, op, "a padding of " + Twine(how.before[i]) + " is more than half of a window of " + Twine(how.span(i)));
  }
  // Places are numbered, in a table.
  int64_t places = 1;
  for (int64_t side : how.kernel)
    if (llvm::MulOverflow(places, side, places) || places > kMostWindowSize)
      return refuse(loc, op, "a window of more than " + Twine(kMostWindowSize) + " places");
  return success();
}

/// The spatial sizes of the result.
static FailureOr<SmallVector<int64_t>> countsOf(std::optional<Location> loc, StringRef op, const Windows &how, Value x, bool ceil) {
  if (failed(verifyImageOrSequence(loc, op, x)) || failed(verifyWindows(loc, op, how, tensorType(x).getRank() - 2)))
    return failure();
  SmallVector<int64_t> counts;
  for (auto [i, size] : llvm::enumerate(spatial(tensorType(x)))) {
    counts.push_back(how.count(i, size, ceil));
    if (counts.back() < 1)
      return refuse(loc, op, "a window of " + Twine(how.span(i)) + " does not fit into " + Twine(size) + " + " + Twine(2 * how.before[i]) +
                                 " of padding along axis " + Twine(i + 2) + " of " + describe(x.getType()), x);
  }
  return counts;
}

static RankedTensorType withSizes(RankedTensorType type, ArrayRef<int64_t> sizes) {
  SmallVector<int64_t> shape(type.getShape().take_front(2));
  llvm::append_range(shape, sizes);
  return type.clone(shape);
}

template <typename Adaptor>
static LogicalResult inferWindows(std::optional<Location> loc, StringRef name, Adaptor op, SmallVectorImpl<Type> &types, Type element = {}) {
  FailureOr<SmallVector<int64_t>> counts = countsOf(loc, name, windowsOf(op), op.getX(), op.getCeilMode());
  if (failed(counts))
    return failure();
  RankedTensorType type = withSizes(tensorType(op.getX()), *counts);
  types.push_back(element ? type.clone(element) : type);
  return success();
}

template <typename Adaptor>
static LogicalResult inferImage(std::optional<Location> loc, StringRef name, Adaptor op, SmallVectorImpl<Type> &types) {
  Value g = op.getCotangent();
  Windows how = windowsOf(op);
  if (failed(verifyImageOrSequence(loc, name, g)) || failed(verifyWindows(loc, name, how, tensorType(g).getRank() - 2)))
    return failure();
  RankedTensorType type = tensorType(g);
  bool fits = op.getSize().size() == spatial(type).size();
  for (auto [i, size] : llvm::enumerate(op.getSize()))
    fits = fits && (how.count(i, size, false) == spatial(type)[i] || how.count(i, size, true) == spatial(type)[i]);
  if (!fits)
    return refuse(loc, name, "no windows of " + describe(withSizes(type, op.getSize())) + " make " + describe(type), g);
  types.push_back(withSizes(type, op.getSize()));
  return success();
}

//===- maxpool --------------------------------------------------------------------------------------------------===//

static Signature poolingSignature() {
  return {{"x", FormalKind::Tensor},
          {"kernel", FormalKind::Integers},
          {"stride", FormalKind::Integers, {}, /*optional=*/true},
          {"pad", FormalKind::Integers, SmallVector<int64_t>{0}}};
}

Signature MaxpoolOp::getSignature() {
  Signature signature = poolingSignature();
  signature.push_back({"dilation", FormalKind::Integers, SmallVector<int64_t>{1}});
  signature.push_back({"ceil_mode", FormalKind::Flag, false});
  return signature;
}

/// The windows of a call; they lie side by side where it gives no stride.
static FailureOr<Windows> readWindows(CallSite &call, bool hasDilation) {
  if (failed(verifyImageOrSequence(call.loc(), call.callee(), call.tensor("x"))))
    return failure();
  int64_t spatialRank = tensorType(call.tensor("x")).getRank() - 2;
  FailureOr<SmallVector<int64_t>> kernel = readSizes(call, "kernel", spatialRank, 1), pad = readSizes(call, "pad", spatialRank, 0);
  if (failed(kernel) || failed(pad))
    return failure();
  FailureOr<SmallVector<int64_t>> stride = call.isGiven("stride") ? readSizes(call, "stride", spatialRank, 1) : *kernel;
  FailureOr<SmallVector<int64_t>> dilation = SmallVector<int64_t>(spatialRank, 1);
  if (hasDilation)
    dilation = readSizes(call, "dilation", spatialRank, 1);
  if (failed(stride) || failed(dilation))
    return failure();
  return Windows{*kernel, *stride, *pad, *dilation};
}

FailureOr<Value> MaxpoolOp::buildFromCall(CallSite &call) {
  FailureOr<Windows> how = readWindows(call, /*hasDilation=*/true);
  if (failed(how))
    return failure();
  SmallVector<NamedAttribute> attributes = attributesOf(call.builder(), *how);
  attributes.push_back(call.builder().getNamedAttr("ceil_mode", call.builder().getBoolAttr(call.flag("ceil_mode"))));
  return buildOp(call.builder(), call.loc(), getOperationName(), call.tensor("x"), attributes);
}

LogicalResult MaxpoolOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op, SmallVectorImpl<Type> &types) {
  return inferWindows(loc, "maxpool", op, types);
}
LogicalResult MaxPlacesOp::inferReturnTypes(MLIRContext *context, std::optional<Location> loc, Adaptor op, SmallVectorImpl<Type> &types) {
  return inferWindows(loc, "max_places", op, types, IntegerType::get(context, 32));
}

SmallVector<Value> MaxpoolOp::emitVjp(OpBuilder &builder, ValueRange cotangents, ArrayRef<bool> needed) {
  if (!needed[0])
    return {nullptr};
  Expr g(builder, getLoc(), cotangents[0]), x(builder, getLoc(), getX());
  Expr places = ofWindows("mimo.max_places", x, windowsOf(*this), getCeilMode());
  return {toImage("mimo.max_unpool", g, {g.value, places.value}, windowsOf(*this), spatial(x.type()))};
}

/// Largest element and its place. maxpool and max_places emit the same, so that one copy is left where both are in a function.
/// Every window sees an element of the image, as the padding is at most half a window.
static SmallVector<Value> emitLargest(OpBuilder &b, Location loc, const Windows &how, Value x, ArrayRef<int64_t> counts) {
  auto element = cast<FloatType>(tensorType(x).getElementType());
  auto lowest = FloatAttr::get(element, -std::numeric_limits<double>::infinity());
  return reduceWindows(b, loc, how, x, counts, -std::numeric_limits<double>::infinity(), {lowest, b.getI32IntegerAttr(0)},
                       [](OpBuilder &inner, Location where, Value value, Value place, ValueRange best) -> SmallVector<Value> {
                         Scalar candidate(inner, where, value), largest(inner, where, best[0]), its(inner, where, best[1]);
                         Scalar isBetter = logicalOr(candidate > largest, notEqual(candidate, candidate));
                         return {select(isBetter, candidate, largest), select(isBetter, its.with(place), its)};
                       });
}

SmallVector<Value> MaxpoolOp::emitLinalg(OpBuilder &b) {
  return {emitLargest(b, getLoc(), windowsOf(*this), getX(), spatial(tensorType(getOut())))[0]};
}
SmallVector<Value> MaxPlacesOp::emitLinalg(OpBuilder &b) {
  return {emitLargest(b, getLoc(), windowsOf(*this), getX(), spatial(tensorType(getOut())))[1]};
}

LogicalResult MaxUnpoolOp::inferReturnTypes(MLIRContext *context, std::optional<Location> loc, Adaptor op, SmallVectorImpl<Type> &types) {
  if (tensorType(op.getPlaces()) != tensorType(op.getCotangent()).clone(IntegerType::get(context, 32)))
    return refuse(loc, "max_unpool", "places " + describe(op.getPlaces().getType()) + " do not fit " + describe(op.getCotangent().getType()));
  return inferImage(loc, "max_unpool", op, types);
}

SmallVector<Value> MaxUnpoolOp::emitLinalg(OpBuilder &b) {
  return {spreadWindows(b, getLoc(), windowsOf(*this), {getCotangent(), getPlaces()}, tensorType(getOut()),
                        [](OpBuilder &inner, Location where, Value element, Value place, ValueRange inputs) -> Value {
                          Scalar before(inner, where, element), g(inner, where, inputs[0]), its(inner, where, inputs[1]);
                          return before + select(equal(its, its.with(place)), g, 0.0);
                        })};
}

//===- Sums of windows ------------------------------------------------------------------------------------------===//

LogicalResult WindowSumOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op, SmallVectorImpl<Type> &types) {
  return inferWindows(loc, "window_sum", op, types);
}
LogicalResult WindowSpreadOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op, SmallVectorImpl<Type> &types) {
  return inferImage(loc, "window_spread", op, types);
}

SmallVector<Value> WindowSumOp::emitVjp(OpBuilder &builder, ValueRange cotangents, ArrayRef<bool> needed) {
  Expr g(builder, getLoc(), cotangents[0]);
  return {needed[0] ? Value(toImage("mimo.window_spread", g, g.value, windowsOf(*this), spatial(tensorType(getX())))) : nullptr};
}
SmallVector<Value> WindowSpreadOp::emitVjp(OpBuilder &builder, ValueRange cotangents, ArrayRef<bool> needed) {
  if (!needed[0])
    return {nullptr};
  Expr g(builder, getLoc(), cotangents[0]);
  Windows how = windowsOf(*this);
  auto counts = spatial(tensorType(getCotangent()));
  bool ceil = llvm::any_of(llvm::enumerate(counts), [&](auto item) { return how.count(item.index(), getSize()[item.index()], false) != item.value(); });
  return {ofWindows("mimo.window_sum", g, how, ceil)};
}

SmallVector<Value> WindowSumOp::emitLinalg(OpBuilder &b) {
  auto zero = FloatAttr::get(tensorType(getX()).getElementType(), 0);
  return reduceWindows(b, getLoc(), windowsOf(*this), getX(), spatial(tensorType(getOut())), 0, {zero},
                       [](OpBuilder &inner, Location where, Value value, Value, ValueRange sum) -> SmallVector<Value> {
                         return {Scalar(inner, where, sum[0]) + Scalar(inner, where, value)};
                       });
}
SmallVector<Value> WindowSpreadOp::emitLinalg(OpBuilder &b) {
  return {spreadWindows(b, getLoc(), windowsOf(*this), getCotangent(), tensorType(getOut()),
                        [](OpBuilder &inner, Location where, Value element, Value, ValueRange inputs) -> Value {
                          return Scalar(inner, where, element) + Scalar(inner, where, inputs[0]);
                        })};
}

//===- avgpool --------------------------------------------------------------------------------------------------===//

Signature AvgpoolOp::getSignature() {
  Signature signature = poolingSignature();
  signature.push_back({"ceil_mode", FormalKind::Flag, false});
  signature.push_back({"count_include_pad", FormalKind::Flag, true});
  return signature;
}

FailureOr<Value> AvgpoolOp::buildFromCall(CallSite &call) {
  FailureOr<Windows> how = readWindows(call, /*hasDilation=*/false);
  if (failed(how))
    return failure();
  Builder &b = call.builder();
  SmallVector<NamedAttribute> attributes = attributesOf(b, *how);
  llvm::erase_if(attributes, [](NamedAttribute attribute) { return attribute.getName() == "dilation"; });
  attributes.push_back(b.getNamedAttr("ceil_mode", b.getBoolAttr(call.flag("ceil_mode"))));
  attributes.push_back(b.getNamedAttr("count_include_pad", b.getBoolAttr(call.flag("count_include_pad"))));
  return buildOp(call.builder(), call.loc(), getOperationName(), call.tensor("x"), attributes);
}

template <typename OpOrAdaptor>
static Windows denseWindows(OpOrAdaptor op) {
  return {llvm::to_vector(op.getKernel()), llvm::to_vector(op.getStride()), llvm::to_vector(op.getPad()), SmallVector<int64_t>(op.getKernel().size(), 1)};
}

LogicalResult AvgpoolOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op, SmallVectorImpl<Type> &types) {
  FailureOr<SmallVector<int64_t>> counts = countsOf(loc, "avgpool", denseWindows(op), op.getX(), op.getCeilMode());
  if (failed(counts))
    return failure();
  types.push_back(withSizes(tensorType(op.getX()), *counts));
  return success();
}

/// What the sums along spatial dimension `i` are divided by: how much of each window lies in the image, or in it and its padding,
/// but never behind that (where only ceil_mode comes).
static SmallVector<double> lengthsOf(AvgpoolOp op, const Windows &how, int64_t i) {
  int64_t size = spatial(tensorType(op.getX()))[i], padding = op.getCountIncludePad() ? how.before[i] : 0;
  SmallVector<double> lengths;
  for (int64_t window = 0; window < spatial(tensorType(op.getOut()))[i]; ++window) {
    int64_t from = window * how.stride[i] - how.before[i];
    lengths.push_back(static_cast<double>(std::min(from + how.kernel[i], size + padding) - std::max(from, -padding)));
  }
  return lengths;
}

/// `sums` over what each window counts: one number, or the product of a length for each dimension.
static Expr divideByCounts(AvgpoolOp op, Expr sums) {
  Windows how = denseWindows(op);
  SmallVector<double> last = lengthsOf(op, how, how.spatialRank() - 1), first{1};
  if (how.spatialRank() == 2)
    first = lengthsOf(op, how, 0);
  if (llvm::all_equal(first) && llvm::all_equal(last))
    return sums / (first[0] * last[0]);
  Expr columns = sums.table(last);
  if (how.spatialRank() == 1)
    return sums / columns;
  return sums / (reshape(sums.table(first), columns.type().clone({static_cast<int64_t>(first.size()), 1})) *
                 reshape(columns, columns.type().clone({1, static_cast<int64_t>(last.size())})));
}

SmallVector<Value> AvgpoolOp::emitVjp(OpBuilder &builder, ValueRange cotangents, ArrayRef<bool> needed) {
  if (!needed[0])
    return {nullptr};
  Expr g = divideByCounts(*this, Expr(builder, getLoc(), cotangents[0]));
  return {toImage("mimo.window_spread", g, g.value, denseWindows(*this), spatial(tensorType(getX())))};
}

SmallVector<Value> AvgpoolOp::emitLinalg(OpBuilder &b) {
  return {divideByCounts(*this, ofWindows("mimo.window_sum", Expr(b, getLoc(), getX()), denseWindows(*this), getCeilMode()))};
}

//===- adaptive_avgpool -----------------------------------------------------------------------------------------===//

/// Elements of a matrix of means.
static constexpr int64_t kMostMeans = 1 << 22;

Signature AdaptiveAvgpoolOp::getSignature() { return {{"x", FormalKind::Tensor}, {"size", FormalKind::Integers}}; }

FailureOr<Value> AdaptiveAvgpoolOp::buildFromCall(CallSite &call) {
  if (failed(verifyImageOrSequence(call.loc(), call.callee(), call.tensor("x"))))
    return failure();
  FailureOr<SmallVector<int64_t>> size = readSizes(call, "size", tensorType(call.tensor("x")).getRank() - 2, 1);
  if (failed(size))
    return failure();
  Builder &b = call.builder();
  return buildOp(call.builder(), call.loc(), getOperationName(), call.tensor("x"), b.getNamedAttr("size", b.getDenseI64ArrayAttr(*size)));
}

LogicalResult AdaptiveAvgpoolOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op, SmallVectorImpl<Type> &types) {
  if (failed(verifyImageOrSequence(loc, "adaptive_avgpool", op.getX())))
    return failure();
  RankedTensorType type = tensorType(op.getX());
  if (op.getSize().size() != spatial(type).size() || llvm::any_of(op.getSize(), [](int64_t size) { return size < 1; }))
    return refuse(loc, "adaptive_avgpool", "needs a size of at least 1 for each of " + Twine(type.getRank() - 2) + " spatial dimensions");
  for (auto [windows, size] : llvm::zip_equal(op.getSize(), spatial(type)))
    if (windows > kMostMeans / size)
      return refuse(loc, "adaptive_avgpool", Twine(windows) + " windows of " + Twine(size) + " elements are more than " + Twine(kMostMeans) +
                                                 " factors, of which there is a table", op.getX());
  types.push_back(withSizes(type, op.getSize()));
  return success();
}

/// Row o has 1 / length in the columns of window o: from floor(o size / windows) to ceil((o + 1) size / windows).
static Expr meansAlong(Expr like, int64_t windows, int64_t size) {
  SmallVector<double> numbers(windows * size, 0);
  for (int64_t o = 0; o < windows; ++o) {
    int64_t from = o * size / windows, to = llvm::divideCeil((o + 1) * size, windows);
    for (int64_t i = from; i < to; ++i)
      numbers[o * size + i] = 1.0 / static_cast<double>(to - from);
  }
  return reshape(like.table(numbers), like.type().clone({windows, size}));
}

// Means along one dimension after the other, each a product with a matrix; the gradient is the product with its transpose.
static Expr applyMeans(Expr x, ArrayRef<int64_t> counts, ArrayRef<int64_t> sizes, bool transposed) {
  bool isImage = counts.size() == 2;
  Expr last = meansAlong(x, counts.back(), sizes.back());
  if (!isImage)
    return einsum(transposed ? "bco,ol->bcl" : "bcl,ol->bco", {x, last});
  Expr first = meansAlong(x, counts[0], sizes[0]);
  if (transposed)
    return einsum("bcow,oh->bchw", {einsum("bcop,pw->bcow", {x, last}), first});
  return einsum("bchp,oh->bcop", {einsum("bchw,pw->bchp", {x, last}), first});
}

SmallVector<Value> AdaptiveAvgpoolOp::emitVjp(OpBuilder &builder, ValueRange cotangents, ArrayRef<bool> needed) {
  if (!needed[0])
    return {nullptr};
  return {applyMeans(Expr(builder, getLoc(), cotangents[0]), getSize(), spatial(tensorType(getX())), /*transposed=*/true)};
}

SmallVector<Value> AdaptiveAvgpoolOp::emitLinalg(OpBuilder &b) {
  return {applyMeans(Expr(b, getLoc(), getX()), getSize(), spatial(tensorType(getX())), /*transposed=*/false)};
}

//===- global_avgpool -------------------------------------------------------------------------------------------===//

Signature GlobalAvgpoolOp::getSignature() { return {{"x", FormalKind::Tensor}}; }

LogicalResult GlobalAvgpoolOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op, SmallVectorImpl<Type> &types) {
  if (failed(verifyImageOrSequence(loc, "global_avgpool", op.getX())))
    return failure();
  types.push_back(withSizes(tensorType(op.getX()), {}));
  return success();
}

static double elementsOf(RankedTensorType type) {
  double count = 1;
  for (int64_t size : spatial(type))
    count *= static_cast<double>(size);
  return count;
}

SmallVector<Value> GlobalAvgpoolOp::emitVjp(OpBuilder &builder, ValueRange cotangents, ArrayRef<bool> needed) {
  if (!needed[0])
    return {nullptr};
  Expr g(builder, getLoc(), cotangents[0]);
  return {broadcastLike(g / elementsOf(tensorType(getX())), getX(), {0, 1})};
}

SmallVector<Value> GlobalAvgpoolOp::emitLinalg(OpBuilder &b) {
  Expr x(b, getLoc(), getX());
  return {sum(x, llvm::to_vector(llvm::seq<int64_t>(2, x.type().getRank()))) / elementsOf(x.type())};
}

#define GET_OP_CLASSES
#include "mimo/Ops/Pooling.cpp.inc"
