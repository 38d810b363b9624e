#include "mimo/Ops/Convolution.h"
#include "mimo/IR/Convolution.h"
#include "mimo/IR/Expr.h"
#include "mimo/Ops/WindowCall.h"

using namespace mlir;
using namespace mlir::mimo;

static RankedTensorType tensorType(Value value) { return cast<RankedTensorType>(value.getType()); }

//===- What a window does ---------------------------------------------------------------------------------------===//

/// Of any op or adaptor of the family.
template <typename OpOrAdaptor>
static Convolution geometryOf(OpOrAdaptor op) {
  return {llvm::to_vector(op.getStride()), llvm::to_vector(op.getBefore()), llvm::to_vector(op.getAfter()), llvm::to_vector(op.getDilation()),
          static_cast<int64_t>(op.getGroups())};
}

static SmallVector<NamedAttribute> attributesOf(Builder &b, const Convolution &how) {
  return {b.getNamedAttr("stride", b.getDenseI64ArrayAttr(how.stride)), b.getNamedAttr("before", b.getDenseI64ArrayAttr(how.before)),
          b.getNamedAttr("after", b.getDenseI64ArrayAttr(how.after)), b.getNamedAttr("dilation", b.getDenseI64ArrayAttr(how.dilation)),
          b.getNamedAttr("groups", b.getI64IntegerAttr(how.groups))};
}

static SmallVector<NamedAttribute> attributesOf(Builder &b, const Convolution &how, StringRef sizes, ArrayRef<int64_t> shape) {
  SmallVector<NamedAttribute> attributes = attributesOf(b, how);
  attributes.push_back(b.getNamedAttr(sizes, b.getDenseI64ArrayAttr(shape)));
  return attributes;
}

static ArrayRef<int64_t> spatial(RankedTensorType type) { return type.getShape().drop_front(2); }

static StringRef layoutOf(int64_t spatialRank) { return spatialRank == 1 ? "[batch, channels, length]" : "[batch, channels, height, width]"; }

static LogicalResult verifyGeometry(std::optional<Location> loc, StringRef op, const Convolution &how, int64_t spatialRank) {
  auto rank = static_cast<size_t>(spatialRank);
  if (how.stride.size() != rank || how.before.size() != rank || how.after.size() != rank || how.dilation.size() != rank)
    return refuse(loc, op, "needs a stride, paddings and a dilation for each of " + Twine(spatialRank) + " spatial dimensions");
  for (int64_t i = 0; i < spatialRank; ++i)
    if (how.stride[i] < 1 || how.dilation[i] < 1 || how.before[i] < 0 || how.after[i] < 0)
      return refuse(loc, op, "a stride or dilation below 1 or a padding below 0");
  if (how.groups < 1)
    return refuse(loc, op, Twine(how.groups) + " groups; there must be at least 1");
  return success();
}

static LogicalResult verifyImage(std::optional<Location> loc, StringRef op, Value x, int64_t spatialRank) {
  RankedTensorType type = tensorType(x);
  if (!isa<FloatType>(type.getElementType()))
    return refuse(loc, op, "takes a floating-point tensor, not " + describe(type), x);
  if (type.getRank() != spatialRank + 2)
    return refuse(loc, op, "input is " + describe(type) + ", not " + layoutOf(spatialRank), x);
  return success();
}

/// The spatial sizes of the result: one or more windows along each dimension.
static FailureOr<SmallVector<int64_t>> windowsOf(std::optional<Location> loc, StringRef op, const Convolution &how, Value x, ArrayRef<int64_t> kernel) {
  SmallVector<int64_t> sizes;
  for (auto [i, size] : llvm::enumerate(spatial(tensorType(x)))) {
    sizes.push_back(how.windows(i, size, kernel[i]));
    if (sizes.back() < 1)
      return refuse(loc, op, "a window of " + Twine(how.span(i, kernel[i])) + " does not fit into " + Twine(size) + " + " +
                                 Twine(how.before[i] + how.after[i]) + " of padding along axis " + Twine(i + 2) + " of " + describe(x.getType()), x);
  }
  return sizes;
}

//===- Calls ----------------------------------------------------------------------------------------------------===//

static Signature convolutionSignature() {
  return {{"x", FormalKind::Tensor},
          {"channels", FormalKind::Integer},
          {"kernel", FormalKind::Integers},
          {"stride", FormalKind::Integers, SmallVector<int64_t>{1}},
          {"pad", FormalKind::Integers, SmallVector<int64_t>{0}},
          {"dilation", FormalKind::Integers, SmallVector<int64_t>{1}},
          {"groups", FormalKind::Integer, int64_t(1)},
          {"bias", FormalKind::Flag, true},
          {"same", FormalKind::Flag, false},
          {"init", FormalKind::Initializer, {}, /*optional=*/true},
          {"bias_init", FormalKind::Initializer, {}, /*optional=*/true}};
}

/// `pad`: one number, one a spatial dimension, or what stands before and after along each in turn.
static LogicalResult readPadding(CallSite &call, int64_t spatialRank, Convolution &how) {
  SmallVector<int64_t> given = call.integers("pad");
  if (given.size() != static_cast<size_t>(2 * spatialRank)) {
    FailureOr<SmallVector<int64_t>> sizes = readSizes(call, "pad", spatialRank, 0, ", or one before and one after each");
    if (failed(sizes))
      return failure();
    how.before = how.after = *sizes;
    return success();
  }
  for (auto [i, amount] : llvm::enumerate(given))
    (i % 2 == 0 ? how.before : how.after).push_back(amount);
  return requireWithin(call, "pad", given, 0);
}

/// As much padding as makes the result as large as the input; what is odd comes after, as in PyTorch.
static LogicalResult padToSame(CallSite &call, ArrayRef<int64_t> kernel, Convolution &how) {
  if (call.isGiven("pad"))
    return mlir::emitError(call.locOf("pad")) << call.callee() << ": same = true says how much padding there is; leave pad out";
  for (auto [i, stride] : llvm::enumerate(how.stride)) {
    if (stride != 1)
      return mlir::emitError(call.locOf("stride")) << call.callee() << ": same = true needs a stride of 1, not " << stride;
    int64_t total = how.span(i, kernel[i]) - 1;
    how.before[i] = total / 2;
    how.after[i] = total - total / 2;
  }
  return success();
}

static LogicalResult requireImage(CallSite &call, int64_t spatialRank) {
  RankedTensorType type = tensorType(call.tensor("x"));
  if (type.getRank() == spatialRank + 2)
    return success();
  InFlightDiagnostic diagnostic = emitCallError(call) << "input is " << describe(type) << ", not " << layoutOf(spatialRank);
  if (type.getRank() == spatialRank + 1)
    diagnostic.attachNote() << "insert 'unsqueeze(1)' before '" << call.callee() << "' where it has one channel";
  return diagnostic;
}

static FailureOr<Convolution> readGeometry(CallSite &call, int64_t spatialRank, ArrayRef<int64_t> kernel) {
  Convolution how;
  FailureOr<SmallVector<int64_t>> stride = readSizes(call, "stride", spatialRank, 1), dilation = readSizes(call, "dilation", spatialRank, 1);
  if (failed(stride) || failed(dilation) || failed(readPadding(call, spatialRank, how)))
    return failure();
  how.stride = *stride;
  how.dilation = *dilation;
  how.groups = *call.integer("groups");
  int64_t in = tensorType(call.tensor("x")).getDimSize(1), out = *call.integer("channels");
  if (out < 1)
    return mlir::emitError(call.locOf("channels")) << call.callee() << ": " << out << " channels; there must be at least 1";
  if (how.groups < 1 || in % how.groups != 0 || out % how.groups != 0)
    return mlir::emitError(call.locOf("groups")) << call.callee() << ": " << how.groups << " groups do not divide the " << in
                                                 << " channels of the input and the " << out << " of the result";
  return how;
}

/// The layer's parameters behind x: weight of `shape`, and a bias of so many channels. They start as in PyTorch, from the fans
/// of the weight's shape.
static FailureOr<SmallVector<Value>> makeOperands(CallSite &call, ArrayRef<int64_t> shape, int64_t channels) {
  int64_t window = 1;
  for (int64_t side : shape.drop_front(2))
    window *= side;
  int64_t fanIn = shape[1] * window, fanOut = shape[0] * window;
  Initializer pytorch{"pytorch", {}};
  FailureOr<Value> weight = call.parameter("weight", shape, call.initializer("init").value_or(pytorch), fanIn, fanOut);
  if (failed(weight))
    return failure();
  SmallVector<Value> operands{call.tensor("x"), *weight};
  if (!call.flag("bias"))
    return operands;
  FailureOr<Value> bias = call.parameter("bias", {channels}, call.initializer("bias_init").value_or(pytorch), fanIn, fanOut);
  if (failed(bias))
    return failure();
  operands.push_back(*bias);
  return operands;
}

static FailureOr<Value> buildConvolution(CallSite &call, StringRef op, int64_t spatialRank) {
  if (failed(requireImage(call, spatialRank)))
    return failure();
  FailureOr<SmallVector<int64_t>> kernel = readSizes(call, "kernel", spatialRank, 1);
  if (failed(kernel))
    return failure();
  FailureOr<Convolution> how = readGeometry(call, spatialRank, *kernel);
  if (failed(how) || (call.flag("same") && failed(padToSame(call, *kernel, *how))) ||
      failed(windowsOf(call.loc(), call.callee(), *how, call.tensor("x"), *kernel)))
    return failure();
  int64_t channels = *call.integer("channels");
  SmallVector<int64_t> shape{channels, tensorType(call.tensor("x")).getDimSize(1) / how->groups};
  llvm::append_range(shape, *kernel);
  FailureOr<SmallVector<Value>> operands = makeOperands(call, shape, channels);
  if (failed(operands))
    return failure();
  return buildOp(call.builder(), call.loc(), op, *operands, attributesOf(call.builder(), *how));
}

//===- Types ----------------------------------------------------------------------------------------------------===//

static LogicalResult verifyBias(std::optional<Location> loc, StringRef op, Value bias, RankedTensorType weight, int64_t channels) {
  if (!bias || tensorType(bias) == weight.clone({channels}))
    return success();
  return refuse(loc, op, "bias " + describe(bias.getType()) + " does not fit " + Twine(channels) + " channels of " + describe(weight.getElementType()));
}

/// The weight [out, in of a group, kernel...] of a convolution whose input has `in` channels.
static LogicalResult verifyWeight(std::optional<Location> loc, StringRef op, const Convolution &how, Value x, Value weight, int64_t in) {
  RankedTensorType type = tensorType(weight);
  if (type.getRank() != how.spatialRank() + 2 || !type.hasStaticShape() || type.getElementType() != tensorType(x).getElementType() ||
      type.getDimSize(1) * how.groups != in || type.getDimSize(0) % how.groups != 0)
    return refuse(loc, op, "input " + describe(x.getType()) + " does not fit weights " + describe(type) + " in " + Twine(how.groups) +
                               (how.groups == 1 ? " group" : " groups"), x);
  return success();
}

template <typename Adaptor>
static LogicalResult inferConvolution(std::optional<Location> loc, StringRef name, int64_t spatialRank, Adaptor op, SmallVectorImpl<Type> &types) {
  Convolution how = geometryOf(op);
  Value x = op.getX();
  if (failed(verifyImage(loc, name, x, spatialRank)) || failed(verifyGeometry(loc, name, how, spatialRank)) ||
      failed(verifyWeight(loc, name, how, x, op.getWeight(), tensorType(x).getDimSize(1))))
    return failure();
  RankedTensorType weight = tensorType(op.getWeight());
  FailureOr<SmallVector<int64_t>> sizes = windowsOf(loc, name, how, x, spatial(weight));
  if (failed(sizes) || failed(verifyBias(loc, name, op.getBias(), weight, weight.getDimSize(0))))
    return failure();
  SmallVector<int64_t> shape{tensorType(x).getDimSize(0), weight.getDimSize(0)};
  llvm::append_range(shape, *sizes);
  types.push_back(tensorType(x).clone(shape));
  return success();
}

/// [batch, in channels, size...]: what a convolution with this weight turns into `g`.
template <typename Adaptor>
static LogicalResult inferInput(std::optional<Location> loc, StringRef name, Adaptor op, Value g, SmallVectorImpl<Type> &types) {
  Convolution how = geometryOf(op);
  int64_t spatialRank = how.spatialRank();
  RankedTensorType weight = tensorType(op.getWeight()), type = tensorType(g);
  if (failed(verifyImage(loc, name, g, spatialRank)) || failed(verifyGeometry(loc, name, how, spatialRank)))
    return failure();
  if (weight.getRank() != spatialRank + 2 || !weight.hasStaticShape() || weight.getElementType() != type.getElementType() ||
      weight.getDimSize(0) != type.getDimSize(1) || weight.getDimSize(0) % how.groups != 0)
    return refuse(loc, name, "input " + describe(type) + " does not fit weights " + describe(weight), g);
  SmallVector<int64_t> shape{type.getDimSize(0), weight.getDimSize(1) * how.groups};
  llvm::append_range(shape, op.getSize());
  for (auto [i, size] : llvm::enumerate(op.getSize()))
    if (i >= spatial(type).size() || how.windows(i, size, spatial(weight)[i]) != spatial(type)[i])
      return refuse(loc, name, "no convolution with weights " + describe(weight) + " makes " + describe(type) + " of " + describe(type.clone(shape)), g);
  types.push_back(type.clone(shape));
  return success();
}

//===- conv1d, conv2d -------------------------------------------------------------------------------------------===//

Signature Conv1dOp::getSignature() { return convolutionSignature(); }
Signature Conv2dOp::getSignature() { return convolutionSignature(); }
FailureOr<Value> Conv1dOp::buildFromCall(CallSite &call) { return buildConvolution(call, getOperationName(), 1); }
FailureOr<Value> Conv2dOp::buildFromCall(CallSite &call) { return buildConvolution(call, getOperationName(), 2); }

LogicalResult Conv1dOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op, SmallVectorImpl<Type> &types) {
  return inferConvolution(loc, "conv1d", 1, op, types);
}
LogicalResult Conv2dOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op, SmallVectorImpl<Type> &types) {
  return inferConvolution(loc, "conv2d", 2, op, types);
}

/// The products that a gradient is made of.
static Expr convolved(Expr x, Value weight, const Convolution &how) {
  return x.emit(how.spatialRank() == 1 ? "mimo.conv1d" : "mimo.conv2d", {x.value, weight}, attributesOf(*x.builder, how));
}
static Expr inputOf(Expr g, Value weight, const Convolution &how, ArrayRef<int64_t> size) {
  return g.emit("mimo.conv_input", {g.value, weight}, attributesOf(*g.builder, how, "size", size));
}
static Expr weightOf(Expr x, Value g, const Convolution &how, ArrayRef<int64_t> kernel) {
  return x.emit("mimo.conv_weight", {x.value, g}, attributesOf(*x.builder, how, "kernel", kernel));
}
static Expr sumOfChannels(Expr g) {
  SmallVector<int64_t> axes{0};
  axes.append(llvm::to_vector(llvm::seq<int64_t>(2, g.type().getRank())));
  return sum(g, axes);
}

template <typename Op>
static SmallVector<Value> convolutionVjp(Op op, OpBuilder &builder, Value cotangent, ArrayRef<bool> needed) {
  Expr g(builder, op.getLoc(), cotangent), x(builder, op.getLoc(), op.getX());
  Convolution how = geometryOf(op);
  SmallVector<Value> result{needed[0] ? Value(inputOf(g, op.getWeight(), how, spatial(x.type()))) : nullptr,
                            needed[1] ? Value(weightOf(x, g, how, spatial(tensorType(op.getWeight())))) : nullptr};
  if (op.getBias())
    result.push_back(needed[2] ? Value(sumOfChannels(g)) : nullptr);
  return result;
}
SmallVector<Value> Conv1dOp::emitVjp(OpBuilder &builder, ValueRange cotangents, ArrayRef<bool> needed) {
  return convolutionVjp(*this, builder, cotangents[0], needed);
}
SmallVector<Value> Conv2dOp::emitVjp(OpBuilder &builder, ValueRange cotangents, ArrayRef<bool> needed) {
  return convolutionVjp(*this, builder, cotangents[0], needed);
}

SmallVector<Value> Conv1dOp::emitLinalg(OpBuilder &b) {
  return {emitConvolution(b, getLoc(), geometryOf(*this), getX(), getWeight(), getBias(), tensorType(getOut()))};
}
SmallVector<Value> Conv2dOp::emitLinalg(OpBuilder &b) {
  return {emitConvolution(b, getLoc(), geometryOf(*this), getX(), getWeight(), getBias(), tensorType(getOut()))};
}

//===- conv_transpose2d -----------------------------------------------------------------------------------------===//

Signature ConvTranspose2dOp::getSignature() {
  Signature signature = convolutionSignature();
  llvm::erase_if(signature, [](const Formal &formal) { return formal.name == "same"; });
  signature.push_back({"output_pad", FormalKind::Integers, SmallVector<int64_t>{0}});
  return signature;
}

/// (size - 1) stride - padding + span + output_pad: the smallest image with so many windows, and what `output_pad` adds to it.
static FailureOr<SmallVector<int64_t>> sizesOfTranspose(CallSite &call, const Convolution &how, ArrayRef<int64_t> kernel) {
  FailureOr<SmallVector<int64_t>> extra = readSizes(call, "output_pad", how.spatialRank(), 0);
  if (failed(extra))
    return failure();
  RankedTensorType type = tensorType(call.tensor("x"));
  SmallVector<int64_t> sizes;
  for (auto [i, windows] : llvm::enumerate(spatial(type))) {
    if ((*extra)[i] >= how.stride[i])
      return mlir::emitError(call.locOf("output_pad")) << call.callee() << ": output_pad is " << (*extra)[i] << "; it must be below the stride, "
                                                       << how.stride[i];
    sizes.push_back((windows - 1) * how.stride[i] - how.before[i] - how.after[i] + how.span(i, kernel[i]) + (*extra)[i]);
    if (sizes.back() < 1)
      return emitCallError(call) << "of " << describe(type) << ", the padding leaves nothing along axis " << i + 2;
  }
  return sizes;
}

FailureOr<Value> ConvTranspose2dOp::buildFromCall(CallSite &call) {
  if (failed(requireImage(call, 2)))
    return failure();
  FailureOr<SmallVector<int64_t>> kernel = readSizes(call, "kernel", 2, 1);
  if (failed(kernel))
    return failure();
  FailureOr<Convolution> how = readGeometry(call, 2, *kernel);
  if (failed(how))
    return failure();
  FailureOr<SmallVector<int64_t>> sizes = sizesOfTranspose(call, *how, *kernel);
  if (failed(sizes))
    return failure();
  int64_t channels = *call.integer("channels");
  SmallVector<int64_t> shape{tensorType(call.tensor("x")).getDimSize(1), channels / how->groups, (*kernel)[0], (*kernel)[1]};
  FailureOr<SmallVector<Value>> operands = makeOperands(call, shape, channels);
  if (failed(operands))
    return failure();
  return buildOp(call.builder(), call.loc(), getOperationName(), *operands, attributesOf(call.builder(), *how, "size", *sizes));
}

LogicalResult ConvTranspose2dOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op, SmallVectorImpl<Type> &types) {
  if (failed(inferInput(loc, "conv_transpose2d", op, op.getX(), types)))
    return failure();
  return verifyBias(loc, "conv_transpose2d", op.getBias(), tensorType(op.getWeight()), cast<RankedTensorType>(types.back()).getDimSize(1));
}

// x is what a convolution gives and the result what it takes, so their cotangents change places.
SmallVector<Value> ConvTranspose2dOp::emitVjp(OpBuilder &builder, ValueRange cotangents, ArrayRef<bool> needed) {
  Expr g(builder, getLoc(), cotangents[0]);
  Convolution how = geometryOf(*this);
  SmallVector<Value> result{needed[0] ? Value(convolved(g, getWeight(), how)) : nullptr,
                            needed[1] ? Value(weightOf(g, getX(), how, spatial(tensorType(getWeight())))) : nullptr};
  if (getBias())
    result.push_back(needed[2] ? Value(sumOfChannels(g)) : nullptr);
  return result;
}

SmallVector<Value> ConvTranspose2dOp::emitLinalg(OpBuilder &b) {
  Expr x(b, getLoc(), getX()), y = inputOf(x, getWeight(), geometryOf(*this), getSize());
  if (!getBias())
    return {y};
  Expr bias(b, getLoc(), getBias());
  return {y + reshape(bias, bias.type().clone({bias.type().getDimSize(0), 1, 1}))};
}

//===- The cotangents -------------------------------------------------------------------------------------------===//

LogicalResult ConvInputOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op, SmallVectorImpl<Type> &types) {
  return inferInput(loc, "conv_input", op, op.getCotangent(), types);
}

SmallVector<Value> ConvInputOp::emitVjp(OpBuilder &builder, ValueRange cotangents, ArrayRef<bool> needed) {
  Expr g(builder, getLoc(), cotangents[0]);
  Convolution how = geometryOf(*this);
  return {needed[0] ? Value(convolved(g, getWeight(), how)) : nullptr,
          needed[1] ? Value(weightOf(g, getCotangent(), how, spatial(tensorType(getWeight())))) : nullptr};
}

SmallVector<Value> ConvInputOp::emitLinalg(OpBuilder &b) {
  return {emitConvolutionInput(b, getLoc(), geometryOf(*this), getCotangent(), getWeight(), tensorType(getOut()))};
}

LogicalResult ConvWeightOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op, SmallVectorImpl<Type> &types) {
  Convolution how = geometryOf(op);
  int64_t spatialRank = how.spatialRank();
  RankedTensorType x = tensorType(op.getX()), g = tensorType(op.getCotangent());
  if (failed(verifyImage(loc, "conv_weight", op.getX(), spatialRank)) || failed(verifyImage(loc, "conv_weight", op.getCotangent(), spatialRank)) ||
      failed(verifyGeometry(loc, "conv_weight", how, spatialRank)))
    return failure();
  bool fits = op.getKernel().size() == static_cast<size_t>(spatialRank) && x.getElementType() == g.getElementType() &&
              x.getDimSize(0) == g.getDimSize(0) && x.getDimSize(1) % how.groups == 0 && g.getDimSize(1) % how.groups == 0;
  for (int64_t i = 0; fits && i < spatialRank; ++i)
    fits = op.getKernel()[i] >= 1 && how.windows(i, spatial(x)[i], op.getKernel()[i]) == spatial(g)[i];
  if (!fits)
    return refuse(loc, "conv_weight", "no convolution makes " + describe(g) + " of " + describe(x), op.getX());
  SmallVector<int64_t> shape{g.getDimSize(1), x.getDimSize(1) / how.groups};
  llvm::append_range(shape, op.getKernel());
  types.push_back(x.clone(shape));
  return success();
}

SmallVector<Value> ConvWeightOp::emitVjp(OpBuilder &builder, ValueRange cotangents, ArrayRef<bool> needed) {
  Expr w(builder, getLoc(), cotangents[0]), g(builder, getLoc(), getCotangent()), x(builder, getLoc(), getX());
  Convolution how = geometryOf(*this);
  return {needed[0] ? Value(inputOf(g, w, how, spatial(x.type()))) : nullptr, needed[1] ? Value(convolved(x, w, how)) : nullptr};
}

SmallVector<Value> ConvWeightOp::emitLinalg(OpBuilder &b) {
  return {emitConvolutionWeight(b, getLoc(), geometryOf(*this), getX(), getCotangent(), tensorType(getOut()))};
}

#define GET_OP_CLASSES
#include "mimo/Ops/Convolution.cpp.inc"
