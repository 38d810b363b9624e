#include "mimo/Ops/Linear.h"
#include "mimo/IR/Equation.h"
#include "mimo/IR/Expr.h"
#include "mimo/IR/Inference.h"
#include "mimo/IR/LinalgBuilders.h"

using namespace mlir;
using namespace mlir::mimo;

static RankedTensorType tensorType(Value value) { return cast<RankedTensorType>(value.getType()); }

//===- linear ---------------------------------------------------------------------------------------------------===//

Signature LinearOp::getSignature() {
  return {{"x", FormalKind::Tensor},
          {"units", FormalKind::Integer},
          {"bias", FormalKind::Flag, true},
          {"init", FormalKind::Initializer, {}, /*optional=*/true},
          {"bias_init", FormalKind::Initializer, {}, /*optional=*/true},
          {"axis", FormalKind::Integer, {}, /*optional=*/true}};
}

/// A tensor of rank 4 or more is probably an image that should be flattened: `axis` says that the last axis is meant.
static LogicalResult requireFeatures(CallSite &call, RankedTensorType type) {
  int64_t rank = type.getRank();
  std::optional<int64_t> axis = call.integer("axis");
  if (axis && (rank < 2 || (*axis != -1 && *axis != rank - 1)))
    return mlir::emitError(call.locOf("axis")) << "linear: axis " << *axis << " is not the last of " << describe(type);
  if (rank == 2 || rank == 3 || (rank > 3 && axis))
    return success();
  InFlightDiagnostic diagnostic = emitCallError(call) << "input is " << describe(type) << (rank == 4 ? " (an image tensor)" : "")
                                                      << ", not [batch, features] or [batch, length, features]";
  if (rank > 3)
    diagnostic.attachNote() << "insert 'flatten' before 'linear', or say that its last axis is meant: axis = -1";
  return diagnostic;
}

/// The op on its inputs, with a weight [units, in, ...] and, unless the call says otherwise, a bias [units].
static FailureOr<Value> buildWithWeights(CallSite &call, StringRef op, SmallVector<Value> operands, ArrayRef<int64_t> shape) {
  int64_t units = shape[0], fanIn = shape[1];
  Initializer pytorch{"pytorch", {}};
  FailureOr<Value> weight = call.parameter("weight", shape, call.initializer("init").value_or(pytorch), fanIn, units);
  if (failed(weight))
    return failure();
  operands.push_back(*weight);
  if (call.flag("bias")) {
    FailureOr<Value> bias = call.parameter("bias", units, call.initializer("bias_init").value_or(pytorch), fanIn, units);
    if (failed(bias))
      return failure();
    operands.push_back(*bias);
  }
  return buildOp(call.builder(), call.loc(), op, operands);
}

FailureOr<Value> LinearOp::buildFromCall(CallSite &call) {
  Value x = call.tensor("x");
  RankedTensorType type = tensorType(x);
  int64_t units = *call.integer("units");
  if (units < 1)
    return mlir::emitError(call.locOf("units")) << "linear: " << units << " units; there must be at least 1";
  if (failed(requireFeatures(call, type)))
    return failure();
  int64_t fanIn = type.getShape().back();
  return buildWithWeights(call, getOperationName(), {x}, {units, fanIn});
}

LogicalResult LinearOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op, SmallVectorImpl<Type> &types) {
  RankedTensorType x = tensorType(op.getX()), weight = tensorType(op.getWeight());
  if (!isa<FloatType>(x.getElementType()))
    return refuse(loc, "linear", "takes a floating-point tensor, not " + describe(x), op.getX());
  if (x.getRank() < 2 || weight.getRank() != 2 || x.getShape().back() != weight.getDimSize(1) || x.getElementType() != weight.getElementType())
    return refuse(loc, "linear", "input " + describe(x) + " does not fit weights " + describe(weight), op.getX());
  if (op.getBias() && tensorType(op.getBias()) != weight.clone(weight.getShape().take_front(1)))
    return refuse(loc, "linear", "bias " + describe(op.getBias().getType()) + " does not fit weights " + describe(weight));
  SmallVector<int64_t> shape(x.getShape());
  shape.back() = weight.getDimSize(0);
  types.push_back(x.clone(shape));
  return success();
}

/// y = x W^T for x [rows..., k], W [n, k].
static Equation equationOf(RankedTensorType x) {
  std::string rows = StringRef("abcdefg").take_front(x.getRank() - 1).str();
  return {{rows + "k", "nk"}, rows + "n"};
}

// y = x W^T + b:  dx = g W,  dW = g^T x,  db = sum over rows of g
SmallVector<Value> LinearOp::emitVjp(OpBuilder &builder, ValueRange cotangents, ArrayRef<bool> needed) {
  Expr g(builder, getLoc(), cotangents[0]), x(builder, getLoc(), getX()), w(builder, getLoc(), getWeight());
  SmallVector<Value> result;
  if (x.type().getRank() == 2)
    result = {needed[0] ? Value(matmul(g, w, false, false)) : nullptr, needed[1] ? Value(matmul(g, x, true, false)) : nullptr};
  else
    result = equationVjp(builder, getLoc(), equationOf(x.type()), {x, w}, g, needed.take_front(2));
  if (getBias())
    result.push_back(needed[2] ? Value(sum(g, llvm::to_vector(llvm::seq<int64_t>(0, x.type().getRank() - 1)))) : nullptr);
  return result;
}

// The transpose is an op of its own: it turns the product into the form whose rows are contiguous, and its cost does not
// grow with the batch. The bias is what the accumulators start from.
SmallVector<Value> LinearOp::emitLinalg(OpBuilder &b) {
  RankedTensorType type = tensorType(getOut());
  Value init = getBias() ? broadcastInto(b, getLoc(), type, getX(), getBias(), {type.getRank() - 1})
                         : filledTensor(b, getLoc(), type, getX(), 0);
  if (type.getRank() > 2)
    return {emitEquation(b, getLoc(), equationOf(tensorType(getX())), {getX(), getWeight()}, type, init)};
  return {contract(b, getLoc(), getX(), transpose2d(b, getLoc(), getWeight()), init, /*transposeLhs=*/false)};
}

//===- bilinear -------------------------------------------------------------------------------------------------===//

Signature BilinearOp::getSignature() {
  return {{"x", FormalKind::Tensor},
          {"y", FormalKind::Tensor},
          {"units", FormalKind::Integer},
          {"bias", FormalKind::Flag, true},
          {"init", FormalKind::Initializer, {}, /*optional=*/true},
          {"bias_init", FormalKind::Initializer, {}, /*optional=*/true}};
}

FailureOr<Value> BilinearOp::buildFromCall(CallSite &call) {
  Value x = call.tensor("x"), y = call.tensor("y");
  RankedTensorType left = tensorType(x), right = tensorType(y);
  int64_t units = *call.integer("units");
  if (units < 1)
    return mlir::emitError(call.locOf("units")) << "bilinear: " << units << " units; there must be at least 1";
  if (left.getRank() < 2 || right.getRank() < 2 || left.getShape().drop_back() != right.getShape().drop_back())
    return emitCallError(call) << "takes [batch, features] twice, not " << describe(left) << " and " << describe(right);
  int64_t fanIn = left.getShape().back(), otherIn = right.getShape().back();
  return buildWithWeights(call, getOperationName(), {x, y}, {units, fanIn, otherIn});
}

LogicalResult BilinearOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op, SmallVectorImpl<Type> &types) {
  RankedTensorType x = tensorType(op.getX()), y = tensorType(op.getY()), weight = tensorType(op.getWeight());
  Type element = weight.getElementType();
  if (!isa<FloatType>(x.getElementType()) || x.getElementType() != y.getElementType())
    return refuse(loc, "bilinear", "takes two floating-point tensors of one type, not " + describe(x) + " and " + describe(y), op.getX());
  bool fits = x.getRank() >= 2 && x.getRank() == y.getRank() && x.getShape().drop_back() == y.getShape().drop_back() &&
              x.getElementType() == element && weight.getRank() == 3 && x.getShape().back() == weight.getDimSize(1) &&
              y.getShape().back() == weight.getDimSize(2);
  if (!fits)
    return refuse(loc, "bilinear", "inputs " + describe(x) + " and " + describe(y) + " do not fit weights " + describe(weight), op.getX());
  if (op.getBias() && tensorType(op.getBias()) != weight.clone(weight.getShape().take_front(1)))
    return refuse(loc, "bilinear", "bias " + describe(op.getBias().getType()) + " does not fit weights " + describe(weight));
  SmallVector<int64_t> shape(x.getShape());
  shape.back() = weight.getDimSize(0);
  types.push_back(x.clone(shape));
  return success();
}

/// An equation whose leading dimensions R, which x, y and z share, get a letter each.
static std::string withRows(StringRef equation, Value x) {
  std::string rows = StringRef("abcdefg").take_front(tensorType(x).getRank() - 1).str(), text;
  for (char c : equation)
    text += c == 'R' ? rows : std::string(1, c);
  return text;
}

// z = x^T W y + b, by way of x^T W or of g y^T, which are products of matrices:
//   dx = (g y^T) . W,  dy = g (x^T W),  dW = (g y^T)^T x,  db = sum over rows of g
SmallVector<Value> BilinearOp::emitVjp(OpBuilder &builder, ValueRange cotangents, ArrayRef<bool> needed) {
  Expr g(builder, getLoc(), cotangents[0]), x(builder, getLoc(), getX()), y(builder, getLoc(), getY()), w(builder, getLoc(), getWeight());
  SmallVector<Value> result(getBias() ? 4 : 3, nullptr);
  if (needed[0] || needed[2]) {
    Expr outer = einsum(withRows("Ro,Rj->Roj", x), {g, y});
    if (needed[0])
      result[0] = einsum(withRows("Roj,oij->Ri", x), {outer, w});
    if (needed[2])
      result[2] = einsum(withRows("Roj,Ri->oij", x), {outer, x});
  }
  if (needed[1])
    result[1] = einsum(withRows("Roj,Ro->Rj", x), {einsum(withRows("Ri,oij->Roj", x), {x, w}), g});
  if (getBias() && needed[3])
    result[3] = sum(g, llvm::to_vector(llvm::seq<int64_t>(0, x.type().getRank() - 1)));
  return result;
}

SmallVector<Value> BilinearOp::emitLinalg(OpBuilder &b) {
  Expr x(b, getLoc(), getX()), y(b, getLoc(), getY()), w(b, getLoc(), getWeight());
  Expr z = einsum(withRows("Roj,Rj->Ro", x), {einsum(withRows("Ri,oij->Roj", x), {x, w}), y});
  return {getBias() ? z + Expr(b, getLoc(), getBias()) : z};
}

#define GET_OP_CLASSES
#include "mimo/Ops/Linear.cpp.inc"
