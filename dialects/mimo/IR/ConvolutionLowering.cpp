#include "mimo/IR/Convolution.h"
#include "mimo/IR/IndexLoops.h"

using namespace mlir;
using namespace mlir::mimo;

static RankedTensorType tensorType(Value value) { return cast<RankedTensorType>(value.getType()); }

int64_t Convolution::windows(int64_t i, int64_t size, int64_t kernel) const {
  int64_t rest = size + before[i] + after[i] - span(i, kernel);
  return rest < 0 ? 0 : rest / stride[i] + 1;
}

bool Convolution::isPadded() const {
  return llvm::any_of(before, [](int64_t n) { return n != 0; }) || llvm::any_of(after, [](int64_t n) { return n != 0; });
}

static Value permute(OpBuilder &b, Location loc, Value x, ArrayRef<int64_t> order) {
  if (llvm::is_sorted(order))
    return x;
  RankedTensorType type = tensorType(x);
  SmallVector<int64_t> shape = llvm::map_to_vector(order, [&](int64_t i) { return type.getDimSize(i); });
  return linalg::TransposeOp::create(b, loc, x, emptyTensor(b, loc, type.clone(shape), x), order)->getResult(0);
}

static Value sumOfProducts(OpBuilder &b, Location loc, ValueRange factors, Value start, ArrayRef<AffineMap> maps, ArrayRef<utils::IteratorType> kinds) {
  auto generic = linalg::GenericOp::create(b, loc, start.getType(), factors, start, maps, kinds, [](OpBuilder &inner, Location where, ValueRange args) {
    linalg::YieldOp::create(inner, where, addProduct(inner, where, args));
  });
  return generic.getResult(0);
}

namespace {
/// A loop of the sum of products, in the order in which they nest.
struct Loop {
  enum Kind { Batch, Group, Window, Kernel, In, Out } kind;
  int64_t i = 0; ///< which spatial dimension, of Window and Kernel
  bool sums = false;

  bool is(Kind other, int64_t place = 0) const { return kind == other && i == place; }
};

// Channels lie last inside: a row of them is one vector, in any stride and dilation, and one window's row of channels is the
// k of a product of matrices. So the three tensors are
//   x [batch, padded spatial.., group, in]    weight [kernel.., group, in, out]    out [batch, spatial.., group, out]
// where the weight's last two are exchanged for the product that gives x.
class ConvolutionLowering {
public:
  ConvolutionLowering(OpBuilder &b, Location loc, const Convolution &how, RankedTensorType x, RankedTensorType weight, RankedTensorType out)
      : b(b), loc(loc), how(how), x(x), weight(weight), out(out), n(how.spatialRank()), in(weight.getDimSize(1)),
        outs(weight.getDimSize(0) / how.groups) {}

  Value forward(Value input, Value weights, Value bias) {
    SmallVector<Loop> loops = isDepthwise() ? join({batch(), windows(0, n), kernels(0, n, true), group()})
                                            : join({batch(), group(), windows(0, n), outLoop(), kernels(0, n, true), inLoop(true)});
    RankedTensorType type = channelsLast(out, outs);
    Value start = bias ? broadcastInto(b, loc, type, input, reshapeTensor(b, loc, bias, type.clone({how.groups, outs})), {n + 1, n + 2})
                       : filledTensor(b, loc, type, input, 0);
    Value product = contract(loops, {padded(input), Operand::X}, {weightLast(weights, false), Operand::Weight}, {start, Operand::Out}, false);
    return channelsFirst(product, out);
  }

  // Every window's cotangent is spread over what the window saw. Only the last windows' loop lies inside the loops of the
  // kernel: at one place of the kernel its windows see different elements, so that they make the rows of one tile.
  Value input(Value g, Value weights) {
    if (how.groups == 1 && in == 1)
      return channelsFirst(cropped(inputOfOneChannel(g, weights)), x);
    bool sums = overlap();
    SmallVector<Loop> loops = isDepthwise()
                                  ? join({batch(), windows(0, n, sums), kernels(0, n, sums), group()})
                                  : join({batch(), group(), windows(0, n - 1, sums), kernels(0, n, sums), windows(n - 1, n, sums), outLoop(true), inLoop()});
    Value start = filledTensor(b, loc, paddedType(), g, 0);
    Value product = contract(loops, {channelsLast(g, outs), Operand::Out}, {weightLast(weights, true), Operand::Weight}, {start, Operand::X}, true);
    return channelsFirst(cropped(product), x);
  }

  // One channel makes no vector: one place of the kernel after the other adds its dot products over the channels of out.
  Value inputOfOneChannel(Value g, Value weights) {
    Value last = channelsLast(g, outs), rows = reshapeTensor(b, loc, weightLast(weights, true), weight.clone({kernelSize(), outs}));
    SmallVector<OpFoldResult> sides;
    for (int64_t i = 0; i < n; ++i)
      sides.push_back(b.getIndexAttr(weight.getDimSize(2 + i)));
    Value start = filledTensor(b, loc, paddedType(), g, 0);
    return loopOver(b, loc, sides, start, [&](OpBuilder &inner, Location where, ValueRange place, ValueRange state) -> SmallVector<Value> {
      return {addPlace(inner, where, place, state[0], last, rows)};
    })[0];
  }

  Value weights(Value input, Value g) {
    SmallVector<Loop> loops = isDepthwise()
                                  ? join({kernels(0, n), batch(true), windows(0, n, true), group()})
                                  : join({group(), kernels(0, n), inLoop(), outLoop(), batch(true), windows(0, n, true)});
    RankedTensorType type = weightType(false);
    Value product = contract(loops, {padded(input), Operand::X}, {channelsLast(g, outs), Operand::Out},
                             {filledTensor(b, loc, type, {}, 0), Operand::Weight}, false);
    return weightFirst(product);
  }

private:
  struct Operand {
    Value value;
    enum Role { X, Weight, Out } role;
  };

  //===- Loops ----------------------------------------------------------------------------------------------------===//

  static SmallVector<Loop> batch(bool sums = false) { return {{Loop::Batch, 0, sums}}; }
  static SmallVector<Loop> group() { return {{Loop::Group}}; }
  static SmallVector<Loop> inLoop(bool sums = false) { return {{Loop::In, 0, sums}}; }
  static SmallVector<Loop> outLoop(bool sums = false) { return {{Loop::Out, 0, sums}}; }
  static SmallVector<Loop> spatial(Loop::Kind kind, int64_t from, int64_t to, bool sums) {
    return llvm::map_to_vector(llvm::seq(from, to), [&](int64_t i) { return Loop{kind, i, sums}; });
  }
  static SmallVector<Loop> windows(int64_t from, int64_t to, bool sums = false) { return spatial(Loop::Window, from, to, sums); }
  static SmallVector<Loop> kernels(int64_t from, int64_t to, bool sums = false) { return spatial(Loop::Kernel, from, to, sums); }
  static SmallVector<Loop> join(ArrayRef<SmallVector<Loop>> parts) {
    SmallVector<Loop> all;
    for (const SmallVector<Loop> &part : parts)
      llvm::append_range(all, part);
    return all;
  }

  /// One channel in and out a group: there is no product of matrices in it, and the groups are the vector.
  bool isDepthwise() const { return in == 1 && outs == 1; }

  /// Whether two windows see one element: then what is written at it is a sum over windows.
  bool overlap() const {
    return llvm::any_of(llvm::seq(n), [&](int64_t i) { return weight.getDimSize(2 + i) > 1; });
  }

  AffineExpr at(ArrayRef<Loop> loops, Loop::Kind kind, int64_t i = 0) const {
    const Loop *found = llvm::find_if(loops, [&](const Loop &loop) { return loop.is(kind, i); });
    return found == loops.end() ? b.getAffineConstantExpr(0) : b.getAffineDimExpr(found - loops.begin());
  }

  AffineMap mapOf(ArrayRef<Loop> loops, Operand::Role role, bool exchanged) const {
    SmallVector<AffineExpr> exprs;
    if (role != Operand::Weight)
      exprs.push_back(at(loops, Loop::Batch));
    for (int64_t i = 0; i < n; ++i) {
      AffineExpr window = at(loops, Loop::Window, i), kernel = at(loops, Loop::Kernel, i);
      exprs.push_back(role == Operand::Weight ? kernel : role == Operand::Out ? window : window * how.stride[i] + kernel * how.dilation[i]);
    }
    exprs.push_back(at(loops, Loop::Group));
    if (role != Operand::Out)
      exprs.push_back(at(loops, Loop::In));
    if (role != Operand::X)
      exprs.push_back(at(loops, Loop::Out));
    if (role == Operand::Weight && exchanged)
      std::swap(exprs[exprs.size() - 1], exprs[exprs.size() - 2]);
    return AffineMap::get(loops.size(), 0, exprs, b.getContext());
  }

  Value contract(ArrayRef<Loop> loops, Operand left, Operand right, Operand start, bool exchanged) {
    SmallVector<AffineMap> maps;
    for (Operand operand : {left, right, start})
      maps.push_back(mapOf(loops, operand.role, exchanged));
    auto kinds = llvm::map_to_vector(loops, [](const Loop &loop) { return loop.sums ? utils::IteratorType::reduction : utils::IteratorType::parallel; });
    return sumOfProducts(b, loc, {left.value, right.value}, start.value, maps, kinds);
  }

  /// The elements of `image` that place `place` of the kernel sees, plus g [batch, windows.., 1, out] times its row of `rows`.
  Value addPlace(OpBuilder &at, Location where, ValueRange place, Value image, Value g, Value rows) {
    SmallVector<OpFoldResult> offsets(n + 3, at.getIndexAttr(0)), steps(n + 3, at.getIndexAttr(1)), sizes = mixedSizes(at, where, tensorType(g), g);
    sizes.back() = at.getIndexAttr(1);
    for (int64_t i = 0; i < n; ++i)
      steps[1 + i] = at.getIndexAttr(how.stride[i]);
    llvm::copy(scaledPlace(at, where, place, how.dilation), offsets.begin() + 1);
    Value row = placeNumber(at, where, place, weight.getShape().drop_front(2));
    Value seen = tensor::ExtractSliceOp::create(at, where, channelsLast(out, 1), image, offsets, sizes, steps);
    Value factors = tensor::ExtractSliceOp::create(at, where, weight.clone({1, outs}), rows, ArrayRef<OpFoldResult>{row, at.getIndexAttr(0)},
                                                   ArrayRef<OpFoldResult>{at.getIndexAttr(1), at.getIndexAttr(outs)},
                                                   ArrayRef<OpFoldResult>{at.getIndexAttr(1), at.getIndexAttr(1)});
    int64_t loops = n + 3;
    SmallVector<utils::IteratorType> kinds(loops, utils::IteratorType::parallel);
    kinds.back() = utils::IteratorType::reduction;
    AffineExpr none = at.getAffineConstantExpr(0), channel = at.getAffineDimExpr(loops - 1);
    AffineMap all = at.getMultiDimIdentityMap(loops), row0 = AffineMap::get(loops, 0, {none, channel}, at.getContext());
    AffineMap first = AffineMap::get(loops, 0, llvm::to_vector(llvm::concat<const AffineExpr>(all.getResults().drop_back(), ArrayRef(none))), at.getContext());
    Value sum = sumOfProducts(at, where, {g, factors}, seen, {all, row0, first}, kinds);
    return tensor::InsertSliceOp::create(at, where, sum, image, offsets, sizes, steps);
  }

  //===- Layouts --------------------------------------------------------------------------------------------------===//

  /// [batch, spatial.., group, channels] of [batch, group * channels, spatial..].
  RankedTensorType channelsLast(RankedTensorType type, int64_t channels) const {
    SmallVector<int64_t> shape{type.getDimSize(0)};
    llvm::append_range(shape, type.getShape().drop_front(2));
    shape.append({how.groups, channels});
    return type.clone(shape);
  }

  Value channelsLast(Value value, int64_t channels) {
    SmallVector<int64_t> order{0};
    order.append(llvm::to_vector(llvm::seq<int64_t>(2, n + 2)));
    order.push_back(1);
    RankedTensorType type = channelsLast(tensorType(value), channels);
    return reshapeTensor(b, loc, tensorType(value).getDimSize(1) == 1 ? value : permute(b, loc, value, order), type);
  }

  Value channelsFirst(Value value, RankedTensorType type) {
    SmallVector<int64_t> merged{type.getDimSize(0)}, order{0, n + 1};
    llvm::append_range(merged, type.getShape().drop_front(2));
    merged.push_back(type.getDimSize(1));
    order.append(llvm::to_vector(llvm::seq<int64_t>(1, n + 1)));
    if (type.getDimSize(1) == 1)
      return reshapeTensor(b, loc, value, type);
    return permute(b, loc, reshapeTensor(b, loc, value, type.clone(merged)), order);
  }

  RankedTensorType paddedType() const {
    RankedTensorType type = channelsLast(x, in);
    SmallVector<int64_t> shape(type.getShape());
    for (int64_t i = 0; i < n; ++i)
      shape[1 + i] += how.before[i] + how.after[i];
    return type.clone(shape);
  }

  SmallVector<OpFoldResult> paddingOffsets() const {
    SmallVector<OpFoldResult> offsets(n + 3, b.getIndexAttr(0));
    for (int64_t i = 0; i < n; ++i)
      offsets[1 + i] = b.getIndexAttr(how.before[i]);
    return offsets;
  }

  Value padded(Value value) {
    Value inner = channelsLast(value, in);
    if (!how.isPadded())
      return inner;
    Value zeros = filledTensor(b, loc, paddedType(), value, 0);
    SmallVector<OpFoldResult> ones(n + 3, b.getIndexAttr(1));
    return tensor::InsertSliceOp::create(b, loc, inner, zeros, paddingOffsets(), mixedSizes(b, loc, tensorType(inner), value), ones);
  }

  Value cropped(Value value) {
    if (!how.isPadded())
      return value;
    RankedTensorType type = channelsLast(x, in);
    SmallVector<OpFoldResult> ones(n + 3, b.getIndexAttr(1));
    return tensor::ExtractSliceOp::create(b, loc, type, value, paddingOffsets(), mixedSizes(b, loc, type, value), ones);
  }

  RankedTensorType weightType(bool exchanged) const {
    SmallVector<int64_t> shape(weight.getShape().drop_front(2));
    shape.append({how.groups, exchanged ? outs : in, exchanged ? in : outs});
    return weight.clone(shape);
  }

  int64_t kernelSize() const {
    int64_t size = 1;
    for (int64_t side : weight.getShape().drop_front(2))
      size *= side;
    return size;
  }

  // Which dimension is contiguous changes in a transposition of matrices, and the order of the others in copies of rows: both
  // are fast, and one permutation that did both would not be.
  Value weightLast(Value value, bool exchanged) {
    int64_t kernel = kernelSize();
    Value rows;
    if (exchanged) { // [group, out, in, kernel] -> [group, out, kernel, in]
      rows = permute(b, loc, reshapeTensor(b, loc, value, weight.clone({how.groups, outs, in, kernel})), {0, 1, 3, 2});
    } else { // [group, out, in * kernel] -> [group, in, kernel, out]
      rows = permute(b, loc, reshapeTensor(b, loc, value, weight.clone({how.groups, outs, in * kernel})), {0, 2, 1});
      rows = reshapeTensor(b, loc, rows, weight.clone({how.groups, in, kernel, outs}));
    }
    return reshapeTensor(b, loc, permute(b, loc, rows, {2, 0, 1, 3}), weightType(exchanged));
  }

  Value weightFirst(Value value) {
    int64_t kernel = kernelSize();
    Value rows = permute(b, loc, reshapeTensor(b, loc, value, weight.clone({kernel, how.groups, in, outs})), {1, 2, 0, 3});
    rows = reshapeTensor(b, loc, rows, weight.clone({how.groups, in * kernel, outs}));
    return reshapeTensor(b, loc, permute(b, loc, rows, {0, 2, 1}), weight);
  }

  OpBuilder &b;
  Location loc;
  const Convolution &how;
  RankedTensorType x, weight, out;
  int64_t n, in, outs; ///< spatial dimensions; channels of a group
};
} // namespace

Value mimo::emitConvolution(OpBuilder &b, Location loc, const Convolution &how, Value x, Value weight, Value bias, RankedTensorType type) {
  return ConvolutionLowering(b, loc, how, tensorType(x), tensorType(weight), type).forward(x, weight, bias);
}

Value mimo::emitConvolutionInput(OpBuilder &b, Location loc, const Convolution &how, Value g, Value weight, RankedTensorType type) {
  return ConvolutionLowering(b, loc, how, type, tensorType(weight), tensorType(g)).input(g, weight);
}

Value mimo::emitConvolutionWeight(OpBuilder &b, Location loc, const Convolution &how, Value x, Value g, RankedTensorType type) {
  return ConvolutionLowering(b, loc, how, tensorType(x), type, tensorType(g)).weights(x, g);
}
