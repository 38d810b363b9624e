#include "mimo/IR/Windows.h"
#include "mimo/IR/IndexLoops.h"

using namespace mlir;
using namespace mlir::mimo;

static RankedTensorType tensorType(Value value) { return cast<RankedTensorType>(value.getType()); }

int64_t Windows::places() const {
  int64_t result = 1;
  for (int64_t side : kernel)
    result *= side;
  return result;
}

int64_t Windows::count(int64_t i, int64_t size, bool ceil) const {
  int64_t rest = size + 2 * before[i] - span(i);
  if (rest < 0)
    return 0;
  int64_t windows = (rest + (ceil ? stride[i] - 1 : 0)) / stride[i] + 1;
  bool beginsBehind = ceil && (windows - 1) * stride[i] >= size + before[i];
  return beginsBehind ? windows - 1 : windows;
}

/// [batch, channels, ...] as large as so many windows need.
static RankedTensorType paddedType(const Windows &how, RankedTensorType type, ArrayRef<int64_t> counts) {
  SmallVector<int64_t> shape(type.getShape());
  for (int64_t i = 0; i < how.spatialRank(); ++i)
    shape[2 + i] = std::max(shape[2 + i] + how.before[i], (counts[i] - 1) * how.stride[i] + how.span(i));
  return type.clone(shape);
}

static SmallVector<OpFoldResult> offsetsOf(OpBuilder &b, const Windows &how) {
  SmallVector<OpFoldResult> offsets(2, b.getIndexAttr(0));
  for (int64_t before : how.before)
    offsets.push_back(b.getIndexAttr(before));
  return offsets;
}

static SmallVector<OpFoldResult> ones(OpBuilder &b, int64_t rank) { return SmallVector<OpFoldResult>(rank, b.getIndexAttr(1)); }

static Value pad(OpBuilder &b, Location loc, const Windows &how, Value x, ArrayRef<int64_t> counts, double padding) {
  RankedTensorType type = tensorType(x), padded = paddedType(how, type, counts);
  if (type == padded)
    return x;
  Value filled = filledTensor(b, loc, padded, x, padding);
  return tensor::InsertSliceOp::create(b, loc, x, filled, offsetsOf(b, how), mixedSizes(b, loc, type, x), ones(b, type.getRank()));
}

// The loops of the places lie before those of the windows: the innermost loop is one of windows, which become the vector.
SmallVector<Value> mimo::reduceWindows(OpBuilder &b, Location loc, const Windows &how, Value x, ArrayRef<int64_t> counts, double padding,
                                       ArrayRef<TypedAttr> identities, WindowBody body) {
  int64_t n = how.spatialRank(), loops = 2 + 2 * n;
  SmallVector<AffineExpr> seen{b.getAffineDimExpr(0), b.getAffineDimExpr(1)}, result = seen, place;
  SmallVector<utils::IteratorType> kinds(2, utils::IteratorType::parallel);
  for (int64_t i = 0; i < n; ++i) {
    AffineExpr inWindow = b.getAffineDimExpr(2 + i), window = b.getAffineDimExpr(2 + n + i);
    seen.push_back(window * how.stride[i] + inWindow * how.dilation[i]);
    result.push_back(window);
    place.push_back(inWindow);
  }
  kinds.append(n, utils::IteratorType::reduction);
  kinds.append(n, utils::IteratorType::parallel);
  SmallVector<AffineMap> maps{AffineMap::get(loops, 0, seen, b.getContext()), AffineMap::get(loops, 0, place, b.getContext())};
  SmallVector<Value> starts;
  SmallVector<int64_t> shape(tensorType(x).getShape().take_front(2));
  llvm::append_range(shape, counts);
  for (TypedAttr identity : identities) {
    Value start = arith::ConstantOp::create(b, loc, identity);
    starts.push_back(filledTensor(b, loc, RankedTensorType::get(shape, identity.getType()), x, start));
    maps.push_back(AffineMap::get(loops, 0, result, b.getContext()));
  }
  auto numbered = RankedTensorType::get(how.kernel, b.getI32Type());
  SmallVector<int32_t> numbers = llvm::to_vector(llvm::seq<int32_t>(0, how.places()));
  Value places = arith::ConstantOp::create(b, loc, DenseElementsAttr::get(numbered, ArrayRef<int32_t>(numbers)));
  auto generic = linalg::GenericOp::create(b, loc, ValueRange(starts).getTypes(), ValueRange{pad(b, loc, how, x, counts, padding), places}, starts,
                                           maps, kinds, [&](OpBuilder &inner, Location where, ValueRange args) {
                                             linalg::YieldOp::create(inner, where, body(inner, where, args[0], args[1], args.drop_front(2)));
                                           });
  return SmallVector<Value>(generic.getResults());
}

/// The image with what `body` makes of the elements that one place of all windows sees.
static Value atPlace(OpBuilder &b, Location loc, const Windows &how, ValueRange inputs, Value image, ValueRange position, PlaceBody body) {
  RankedTensorType type = tensorType(inputs[0]);
  int64_t rank = type.getRank();
  SmallVector<OpFoldResult> offsets(2, b.getIndexAttr(0)), steps(2, b.getIndexAttr(1)), sizes = mixedSizes(b, loc, type, inputs[0]);
  for (int64_t i = 0; i < how.spatialRank(); ++i)
    steps.push_back(b.getIndexAttr(how.stride[i]));
  llvm::append_range(offsets, scaledPlace(b, loc, position, how.dilation));
  Value number = placeNumber(b, loc, position, how.kernel);
  Value place = arith::IndexCastOp::create(b, loc, b.getI32Type(), number);
  Value seen = tensor::ExtractSliceOp::create(b, loc, tensorType(image).clone(type.getShape()), image, offsets, sizes, steps);
  SmallVector<AffineMap> maps(inputs.size() + 1, b.getMultiDimIdentityMap(rank));
  SmallVector<utils::IteratorType> parallel(rank, utils::IteratorType::parallel);
  auto generic = linalg::GenericOp::create(b, loc, seen.getType(), inputs, seen, maps, parallel, [&](OpBuilder &inner, Location where, ValueRange args) {
    linalg::YieldOp::create(inner, where, body(inner, where, args.back(), place, args.drop_back()));
  });
  return tensor::InsertSliceOp::create(b, loc, generic.getResult(0), image, offsets, sizes, steps);
}

Value mimo::spreadWindows(OpBuilder &b, Location loc, const Windows &how, ValueRange inputs, RankedTensorType type, PlaceBody body) {
  RankedTensorType padded = paddedType(how, type, tensorType(inputs[0]).getShape().drop_front(2));
  SmallVector<OpFoldResult> sides = llvm::map_to_vector(how.kernel, [&](int64_t side) -> OpFoldResult { return b.getIndexAttr(side); });
  Value start = filledTensor(b, loc, padded, inputs[0], 0);
  Value image = loopOver(b, loc, sides, start, [&](OpBuilder &inner, Location where, ValueRange position, ValueRange state) -> SmallVector<Value> {
    return {atPlace(inner, where, how, inputs, state[0], position, body)};
  })[0];
  if (padded == type)
    return image;
  return tensor::ExtractSliceOp::create(b, loc, type, image, offsetsOf(b, how), mixedSizes(b, loc, type, image), ones(b, type.getRank()));
}
