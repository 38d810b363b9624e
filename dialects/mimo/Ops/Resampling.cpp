#include "mimo/Ops/Resampling.h"
#include "mimo/IR/Expr.h"
#include "mimo/IR/Inference.h"
#include "mimo/IR/LinalgBuilders.h"
#include "mimo/IR/Scalar.h"
#include "mimo/Ops/WindowCall.h"

#include <cmath>

using namespace mlir;
using namespace mlir::mimo;

static RankedTensorType tensorType(Value value) { return cast<RankedTensorType>(value.getType()); }
static ArrayRef<int64_t> spatial(RankedTensorType type) { return type.getShape().drop_front(2); }

//===- resample -------------------------------------------------------------------------------------------------===//

namespace {
/// Which elements each element of the result is made of.
struct Taps {
  int64_t count = 0; ///< of each
  SmallVector<int64_t> at;
  SmallVector<double> weights;

  int64_t size() const { return static_cast<int64_t>(at.size()) / count; }
  /// What each of `inputs` elements gives: the taps of the gradient, in the order of the results.
  Taps transposed(int64_t inputs) const;
};
} // namespace

static Taps tapsFrom(ArrayRef<SmallVector<std::pair<int64_t, double>>> rows) {
  Taps taps;
  for (const auto &row : rows)
    taps.count = std::max<int64_t>({taps.count, 1, static_cast<int64_t>(row.size())});
  for (const auto &row : rows)
    for (int64_t k = 0; k < taps.count; ++k) {
      bool isThere = k < static_cast<int64_t>(row.size());
      taps.at.push_back(isThere ? row[k].first : -1);
      taps.weights.push_back(isThere ? row[k].second : 0);
    }
  return taps;
}

Taps Taps::transposed(int64_t inputs) const {
  SmallVector<SmallVector<std::pair<int64_t, double>>> rows(inputs);
  for (auto [i, tap] : llvm::enumerate(at))
    if (tap >= 0)
      rows[tap].push_back({static_cast<int64_t>(i) / count, weights[i]});
  return tapsFrom(rows);
}

static Expr resample(Expr x, int64_t axis, const Taps &taps) {
  Builder &b = *x.builder;
  return x.emit("mimo.resample", x.value, {b.getNamedAttr("axis", b.getI64IntegerAttr(axis)), b.getNamedAttr("count", b.getI64IntegerAttr(taps.count)),
                                           b.getNamedAttr("taps", b.getDenseI64ArrayAttr(taps.at)),
                                           b.getNamedAttr("weights", b.getDenseF64ArrayAttr(taps.weights))});
}

LogicalResult ResampleOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op, SmallVectorImpl<Type> &types) {
  RankedTensorType type = tensorType(op.getX());
  int64_t axis = op.getAxis(), count = op.getCount(), numbers = op.getTaps().size();
  if (!isa<FloatType>(type.getElementType()) || axis < 0 || axis >= type.getRank() || type.isDynamicDim(axis))
    return refuse(loc, "resample", "cannot run along axis " + Twine(axis) + " of " + describe(type), op.getX());
  if (count < 1 || numbers == 0 || numbers % count != 0)
    return refuse(loc, "resample", Twine(numbers) + " taps are no rows of " + Twine(count));
  for (int64_t tap : op.getTaps())
    if (tap < -1 || tap >= type.getDimSize(axis))
      return refuse(loc, "resample", "there is no element " + Twine(tap) + " along axis " + Twine(axis) + " of " + describe(type), op.getX());
  SmallVector<int64_t> shape(type.getShape());
  shape[axis] = numbers / count;
  types.push_back(type.clone(shape));
  return success();
}

LogicalResult ResampleOp::verify() {
  if (getWeights().size() == getTaps().size())
    return success();
  return refuse(getLoc(), "resample", "has " + Twine(getWeights().size()) + " weights for " + Twine(getTaps().size()) + " taps");
}

SmallVector<Value> ResampleOp::emitVjp(OpBuilder &builder, ValueRange cotangents, ArrayRef<bool> needed) {
  if (!needed[0])
    return {nullptr};
  Taps taps{static_cast<int64_t>(getCount()), llvm::to_vector(getTaps()), llvm::to_vector(getWeights())};
  return {resample(Expr(builder, getLoc(), cotangents[0]), getAxis(), taps.transposed(tensorType(getX()).getDimSize(getAxis())))};
}

/// A constant table [rows, count].
template <typename Number> static Value tableOf(OpBuilder &b, Location loc, Type element, ArrayRef<Number> numbers, int64_t count) {
  SmallVector<Attribute> values = llvm::map_to_vector(numbers, [&](Number number) -> Attribute {
    if constexpr (std::is_floating_point_v<Number>)
      return b.getFloatAttr(element, number);
    else
      return b.getIntegerAttr(element, number);
  });
  auto type = RankedTensorType::get({static_cast<int64_t>(numbers.size()) / count, count}, element);
  return arith::ConstantOp::create(b, loc, DenseElementsAttr::get(type, values));
}

// The taps are the loop before the last: where the axis is not the last one, whole vectors of the dimensions behind it are added.
SmallVector<Value> ResampleOp::emitLinalg(OpBuilder &b) {
  Location loc = getLoc();
  RankedTensorType type = tensorType(getOut());
  int64_t rank = type.getRank(), axis = getAxis(), tapLoop = rank - 1;
  auto loopOf = [&](int64_t dim) -> int64_t { return dim < tapLoop ? dim : dim + 1; };
  SmallVector<AffineExpr> result;
  for (int64_t dim = 0; dim < rank; ++dim)
    result.push_back(b.getAffineDimExpr(loopOf(dim)));
  AffineMap table = AffineMap::get(rank + 1, 0, {b.getAffineDimExpr(loopOf(axis)), b.getAffineDimExpr(tapLoop)}, b.getContext());
  SmallVector<AffineMap> maps{table, table, AffineMap::get(rank + 1, 0, result, b.getContext())};
  SmallVector<utils::IteratorType> kinds(rank + 1, utils::IteratorType::parallel);
  kinds[tapLoop] = utils::IteratorType::reduction;
  Value taps = tableOf(b, loc, b.getI32Type(), getTaps(), getCount());
  Value weights = tableOf(b, loc, type.getElementType(), getWeights(), getCount());
  Value zeros = filledTensor(b, loc, type, getX(), 0);
  bool isFull = !llvm::is_contained(getTaps(), -1);
  auto generic = linalg::GenericOp::create(
      b, loc, type, ValueRange{taps, weights}, zeros, maps, kinds, [&](OpBuilder &inner, Location where, ValueRange args) {
        Value zero = arith::ConstantOp::create(inner, where, inner.getI32IntegerAttr(0));
        Value tap = isFull ? args[0] : Value(arith::MaxSIOp::create(inner, where, args[0], zero));
        SmallVector<Value> at;
        for (int64_t dim = 0; dim < rank; ++dim)
          at.push_back(dim == axis ? Value(arith::IndexCastOp::create(inner, where, inner.getIndexType(), tap))
                                   : Value(linalg::IndexOp::create(inner, where, loopOf(dim))));
        Scalar element(inner, where, tensor::ExtractOp::create(inner, where, getX(), at)), weight(inner, where, args[1]);
        Scalar term = weight * element;
        if (!isFull) // not even NaN times 0
          term = select(term.with(arith::CmpIOp::create(inner, where, arith::CmpIPredicate::sge, args[0], zero)), term, 0.0);
        linalg::YieldOp::create(inner, where, Value(Scalar(inner, where, args[2]) + term));
      });
  return {generic.getResult(0)};
}

//===- upsample -------------------------------------------------------------------------------------------------===//

Signature UpsampleOp::getSignature() {
  return {{"x", FormalKind::Tensor},
          {"scale", FormalKind::Numbers, {}, /*optional=*/true},
          {"size", FormalKind::Integers, {}, /*optional=*/true},
          {"mode", FormalKind::Word, std::string("nearest"), /*optional=*/false, {"nearest", "bilinear"}},
          {"align_corners", FormalKind::Flag, false}};
}

namespace {
/// The sizes of a result, and how far its elements lie apart in x.
struct Grid {
  SmallVector<int64_t> size;
  SmallVector<double> step;
};
} // namespace

/// floor(size * scale), as torch.nn.functional.interpolate has it.
static FailureOr<Grid> gridOfScale(CallSite &call, RankedTensorType x) {
  SmallVector<double> scale = call.numbers("scale");
  size_t rank = spatial(x).size();
  if (scale.size() == 1)
    scale.resize(rank, scale[0]);
  if (scale.size() != rank)
    return mlir::emitError(call.locOf("scale")) << call.callee() << ": scale has " << scale.size() << " numbers; there must be one"
                                                << (rank == 2 ? " for both dimensions or two" : "");
  Grid grid;
  for (auto [factor, size] : llvm::zip_equal(scale, spatial(x))) {
    double result = std::floor(static_cast<double>(size) * factor);
    if (!(factor > 0) || !(result >= 1) || result > kMostWindowSize)
      return mlir::emitError(call.locOf("scale")) << call.callee() << ": a scale of " << describe(factor) << " makes no size of " << size;
    grid.size.push_back(static_cast<int64_t>(result));
    grid.step.push_back(1 / factor);
  }
  return grid;
}

static FailureOr<Grid> gridOf(CallSite &call, RankedTensorType x, bool corners) {
  if (call.isGiven("scale") == call.isGiven("size"))
    return emitCallError(call) << (call.isGiven("scale") ? "takes a scale or a size, not both" : "needs a scale or a size");
  FailureOr<Grid> grid = Grid{};
  if (call.isGiven("scale")) {
    grid = gridOfScale(call, x);
  } else {
    FailureOr<SmallVector<int64_t>> size = readSizes(call, "size", static_cast<int64_t>(spatial(x).size()), 1);
    if (failed(size))
      return failure();
    grid->size = *size;
    for (auto [out, in] : llvm::zip_equal(*size, spatial(x)))
      grid->step.push_back(static_cast<double>(in) / static_cast<double>(out));
  }
  if (succeeded(grid) && corners)
    for (auto [i, out] : llvm::enumerate(grid->size))
      grid->step[i] = out > 1 ? static_cast<double>(spatial(x)[i] - 1) / static_cast<double>(out - 1) : 0;
  return grid;
}

FailureOr<Value> UpsampleOp::buildFromCall(CallSite &call) {
  Value x = call.tensor("x");
  if (failed(verifyImageOrSequence(call.loc(), call.callee(), x)))
    return failure();
  bool linear = call.text("mode") == "bilinear", corners = call.flag("align_corners");
  if (corners && !linear)
    return mlir::emitError(call.locOf("align_corners")) << call.callee() << ": align_corners is for mode = bilinear";
  FailureOr<Grid> grid = gridOf(call, tensorType(x), corners);
  if (failed(grid))
    return failure();
  Builder &b = call.builder();
  return buildOp(call.builder(), call.loc(), getOperationName(), x,
                 {b.getNamedAttr("size", b.getDenseI64ArrayAttr(grid->size)), b.getNamedAttr("step", b.getDenseF64ArrayAttr(grid->step)),
                  b.getNamedAttr("linear", b.getBoolAttr(linear)), b.getNamedAttr("corners", b.getBoolAttr(corners))});
}

LogicalResult UpsampleOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op, SmallVectorImpl<Type> &types) {
  if (failed(verifyImageOrSequence(loc, "upsample", op.getX())))
    return failure();
  RankedTensorType type = tensorType(op.getX());
  if (op.getSize().size() != spatial(type).size())
    return refuse(loc, "upsample", "needs a size for each of " + Twine(type.getRank() - 2) + " spatial dimensions");
  for (int64_t size : op.getSize())
    if (size < 1 || size > kMostWindowSize)
      return refuse(loc, "upsample", "a size of " + Twine(size) + " is outside 1 to " + Twine(kMostWindowSize), op.getX());
  SmallVector<int64_t> shape(type.getShape().take_front(2));
  llvm::append_range(shape, op.getSize());
  types.push_back(type.clone(shape));
  return success();
}

LogicalResult UpsampleOp::verify() {
  if (getStep().size() != getSize().size())
    return refuse(getLoc(), "upsample", "needs a step for each size");
  for (double step : getStep())
    if (!(step >= 0) || std::isinf(step))
      return refuse(getLoc(), "upsample", "a step of " + describe(step));
  return success();
}

/// Along spatial dimension i, as PyTorch places them: the element at floor(j step); or both sides of (j + 1/2) step - 1/2, not below
/// 0, of j step where the corners are one.
static Taps tapsAlong(UpsampleOp op, int64_t i) {
  int64_t last = spatial(tensorType(op.getX()))[i] - 1;
  double step = op.getStep()[i];
  SmallVector<SmallVector<std::pair<int64_t, double>>> rows;
  for (int64_t j = 0; j < op.getSize()[i]; ++j) {
    auto number = static_cast<double>(j);
    double place = !op.getLinear() || op.getCorners() ? number * step : std::max(0.0, (number + 0.5) * step - 0.5);
    int64_t below = std::min(last, static_cast<int64_t>(place));
    double beyond = below == last ? 0 : place - static_cast<double>(below);
    if (op.getLinear() && beyond > 0)
      rows.push_back({{below, 1 - beyond}, {below + 1, beyond}});
    else
      rows.push_back({{below, 1.0}});
  }
  return tapsFrom(rows);
}

// The last dimension first: there elements are picked one by one, and there are fewer before the others have grown.
SmallVector<Value> UpsampleOp::emitLinalg(OpBuilder &b) {
  Expr y(b, getLoc(), getX());
  for (auto i = static_cast<int64_t>(getSize().size()) - 1; i >= 0; --i)
    y = resample(y, 2 + i, tapsAlong(*this, i));
  return {y};
}

SmallVector<Value> UpsampleOp::emitVjp(OpBuilder &builder, ValueRange cotangents, ArrayRef<bool> needed) {
  if (!needed[0])
    return {nullptr};
  Expr g(builder, getLoc(), cotangents[0]);
  for (size_t i = 0; i < getSize().size(); ++i)
    g = resample(g, 2 + static_cast<int64_t>(i), tapsAlong(*this, i).transposed(spatial(tensorType(getX()))[i]));
  return {g};
}

#define GET_OP_CLASSES
#include "mimo/Ops/Resampling.cpp.inc"
