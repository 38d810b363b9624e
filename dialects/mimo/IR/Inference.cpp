#include "mimo/IR/Inference.h"

using namespace mlir;
using namespace mlir::mimo;

static RankedTensorType tensorType(Value value) { return cast<RankedTensorType>(value.getType()); }

LogicalResult mimo::refuse(std::optional<Location> loc, StringRef op, const Twine &message, Value culprit) {
  if (!loc)
    return failure();
  InFlightDiagnostic diagnostic = emitError(*loc) << op << ": " << message;
  if (culprit && culprit.getDefiningOp() && culprit.getLoc() != *loc)
    diagnostic.attachNote(culprit.getLoc()) << describe(culprit.getType()) << " was made here";
  return diagnostic;
}

LogicalResult mimo::inferWithDims(std::optional<Location> loc, StringRef opName, ValueRange operands, bool mixes,
                                  SmallVectorImpl<Type> &types, llvm::function_ref<LogicalResult()> infer) {
  StringRef dim = kBatchName;
  Value carrier;
  for (Value operand : operands) {
    StringRef own = runTimeDim(operand.getType());
    if (own.empty() || mixes)
      continue;
    if (carrier && own != dim)
      return refuse(loc, opName.split('.').second, "operands " + describe(carrier.getType()) + " and " + describe(operand.getType()) +
                    " do not fit: '" + dim + "' and '" + own + "' are different sizes, known at run time", operand);
    dim = own;
    carrier = operand;
  }
  if (failed(infer()))
    return failure();
  for (Type &type : types)
    if (auto tensor = dyn_cast<RankedTensorType>(type))
      type = withRunTimeDim(tensor, mixes ? runTimeDim(tensor) : dim);
  return success();
}

FailureOr<SmallVector<int64_t>> mimo::broadcastShapes(std::optional<Location> loc, StringRef op, Type xType, Type yType) {
  auto x = cast<RankedTensorType>(xType), y = cast<RankedTensorType>(yType);
  auto fail = [&](const Twine &why) -> FailureOr<SmallVector<int64_t>> {
    return refuse(loc, op, "operands " + describe(xType) + " and " + describe(yType) + " do not fit: " + why);
  };
  if (x.getRank() < y.getRank())
    std::swap(x, y);
  if (y.getRank() != 0 && y.getRank() != x.getRank() && !y.hasStaticShape())
    return fail("they must have the same rank unless one is a scalar or has no batch dimension");
  SmallVector<int64_t> shape(x.getShape());
  int64_t lead = x.getRank() - y.getRank();
  for (auto [i, size] : llvm::enumerate(y.getShape())) {
    int64_t &other = shape[lead + i];
    if (other == size || size == 1)
      continue;
    if (other != 1)
      return fail("dimension " + Twine(lead + i) + " differs");
    other = size;
  }
  return shape;
}

LogicalResult mimo::inferFloatUnary(std::optional<Location> loc, StringRef op, Value x, SmallVectorImpl<Type> &types) {
  if (!isa<FloatType>(tensorType(x).getElementType()))
    return refuse(loc, op, "takes a floating-point tensor, not " + describe(x.getType()), x);
  types.push_back(x.getType());
  return success();
}

/// What to do about whole numbers and conditions where floating-point numbers are wanted.
static StringRef remedyFor(Value x, Value y) {
  bool oneIsFloat = isa<FloatType>(tensorType(x).getElementType()) != isa<FloatType>(tensorType(y).getElementType());
  return oneIsFloat ? "; float(x) converts whole numbers and conditions" : "";
}

/// Both operands of one element type; `what` names what the op does, for the message.
static LogicalResult requireSameElements(std::optional<Location> loc, StringRef op, Value x, Value y) {
  if (tensorType(x).getElementType() == tensorType(y).getElementType())
    return success();
  return refuse(loc, op, "operands " + describe(x.getType()) + " and " + describe(y.getType()) + " have different element types" +
                         remedyFor(x, y));
}

LogicalResult mimo::inferArithmetic(std::optional<Location> loc, StringRef op, Value x, Value y, SmallVectorImpl<Type> &types) {
  if (failed(requireSameElements(loc, op, x, y)))
    return failure();
  Type element = tensorType(x).getElementType();
  bool wholeNumbers = element.isInteger(32) || element.isInteger(64);
  if (!isa<FloatType>(element) && (!wholeNumbers || op == "div"))
    return refuse(loc, op, "is not defined for " + describe(x.getType()), x);
  auto shape = broadcastShapes(loc, op, x.getType(), y.getType());
  if (failed(shape))
    return failure();
  types.push_back(RankedTensorType::get(*shape, element));
  return success();
}

LogicalResult mimo::inferComparison(std::optional<Location> loc, StringRef op, Value x, Value y, SmallVectorImpl<Type> &types) {
  if (failed(requireSameElements(loc, op, x, y)))
    return failure();
  if (tensorType(x).getElementType().isInteger(1) && op != "eq" && op != "ne")
    return refuse(loc, op, "is not defined for " + describe(x.getType()), x);
  auto shape = broadcastShapes(loc, op, x.getType(), y.getType());
  if (failed(shape))
    return failure();
  types.push_back(RankedTensorType::get(*shape, IntegerType::get(x.getContext(), 1)));
  return success();
}

LogicalResult mimo::inferBoolean(std::optional<Location> loc, StringRef op, ValueRange operands, SmallVectorImpl<Type> &types) {
  for (Value operand : operands)
    if (!tensorType(operand).getElementType().isInteger(1))
      return refuse(loc, op, "takes the result of comparisons (bool), not " + describe(operand.getType()), operand);
  SmallVector<int64_t> shape(tensorType(operands[0]).getShape());
  if (operands.size() == 2) {
    auto joint = broadcastShapes(loc, op, operands[0].getType(), operands[1].getType());
    if (failed(joint))
      return failure();
    shape = *joint;
  }
  types.push_back(RankedTensorType::get(shape, IntegerType::get(operands[0].getContext(), 1)));
  return success();
}

LogicalResult mimo::inferFloatTest(std::optional<Location> loc, StringRef op, Value x, SmallVectorImpl<Type> &types) {
  if (!isa<FloatType>(tensorType(x).getElementType()))
    return refuse(loc, op, "takes a floating-point tensor, not " + describe(x.getType()), x);
  types.push_back(tensorType(x).clone(IntegerType::get(x.getContext(), 1)));
  return success();
}

LogicalResult mimo::inferElementwiseLoss(std::optional<Location> loc, StringRef op, Value prediction, Value target,
                                         SmallVectorImpl<Type> &types) {
  if (!isa<FloatType>(tensorType(prediction).getElementType()))
    return refuse(loc, op, "prediction " + describe(prediction.getType()) + " must be floating-point", prediction);
  if (tensorType(prediction).getShape() != tensorType(target).getShape())
    return refuse(loc, op, "prediction " + describe(prediction.getType()) + " and target " + describe(target.getType()) +
                               " must have the same shape", target);
  if (tensorType(prediction).getElementType() != tensorType(target).getElementType())
    return refuse(loc, op, "target " + describe(target.getType()) + " must have the element type of the prediction " +
                               describe(prediction.getType()) + remedyFor(prediction, target), target);
  types.push_back(prediction.getType());
  return success();
}
