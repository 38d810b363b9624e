#include "mimo/Ops/Contraction.h"
#include "mimo/IR/Axes.h"
#include "mimo/IR/Equation.h"
#include "mimo/IR/Inference.h"

using namespace mlir;
using namespace mlir::mimo;

static RankedTensorType tensorType(Value value) { return cast<RankedTensorType>(value.getType()); }

//===- matmul ---------------------------------------------------------------------------------------------------===//

Signature MatmulOp::getSignature() {
  return {{"a", FormalKind::Tensor},
          {"b", FormalKind::Tensor},
          {"transpose_a", FormalKind::Flag, false},
          {"transpose_b", FormalKind::Flag, false}};
}

FailureOr<Value> MatmulOp::buildFromCall(CallSite &call) {
  for (StringRef operand : {"a", "b"}) {
    bool transposes = call.flag(operand == "a" ? "transpose_a" : "transpose_b");
    if (transposes && tensorType(call.tensor(operand)).getRank() < 2)
      return mlir::emitError(call.locOf(("transpose_" + operand).str())) << "matmul: " << describe(call.tensor(operand).getType())
                                                                        << " is no matrix that could be transposed";
  }
  return buildBySignature(call, getOperationName(), getSignature());
}

LogicalResult MatmulOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op, SmallVectorImpl<Type> &types) {
  RankedTensorType a = tensorType(op.getA()), b = tensorType(op.getB());
  if (a.getRank() == 0 || b.getRank() == 0 || a.getElementType() != b.getElementType() || !isa<FloatType>(a.getElementType()))
    return refuse(loc, "matmul", "takes two matrices of one floating-point type, not " + describe(a) + " and " + describe(b));
  bool ta = op.getTransposeA() && a.getRank() > 1, tb = op.getTransposeB() && b.getRank() > 1;
  int64_t inner = a.getDimSize(ta ? a.getRank() - 2 : a.getRank() - 1);
  int64_t other = b.getDimSize(tb || b.getRank() == 1 ? b.getRank() - 1 : b.getRank() - 2);
  if (inner != other)
    return refuse(loc, "matmul", "inner sizes of " + describe(a) + " and " + describe(b) + " differ");
  Equation equation = matmulEquation(op.getA(), op.getB(), ta, tb);
  if (failed(sizesOfLetters(std::nullopt, "matmul", equation, {op.getA(), op.getB()})))
    return refuse(loc, "matmul", "leading dimensions of " + describe(a) + " and " + describe(b) + " do not broadcast");
  return inferEquation(loc, "matmul", equation, {op.getA(), op.getB()}, types);
}

static bool areMatrices(MatmulOp op) {
  return tensorType(op.getA()).getRank() == 2 && tensorType(op.getB()).getRank() == 2;
}

// C = A B with A, B possibly transposed: the cotangent of a factor is a product with the other factor, arranged so that
// it comes out in the factor's own orientation. Where one of them is used for several matrices of the other, the sum over
// these is part of the product.
SmallVector<Value> MatmulOp::emitVjp(OpBuilder &builder, ValueRange cotangents, ArrayRef<bool> needed) {
  Expr g(builder, getLoc(), cotangents[0]), a(builder, getLoc(), getA()), b(builder, getLoc(), getB());
  bool ta = getTransposeA(), tb = getTransposeB();
  if (!areMatrices(*this))
    return equationVjp(builder, getLoc(), matmulEquation(a, b, ta, tb), {a, b}, g, needed);
  Value da, db;
  if (needed[0])
    da = ta ? matmul(b, g, tb, true) : matmul(g, b, false, !tb);
  if (needed[1])
    db = tb ? matmul(g, a, true, ta) : matmul(a, g, !ta, false);
  return {da, db};
}

SmallVector<Value> MatmulOp::emitLinalg(OpBuilder &b) {
  RankedTensorType type = tensorType(getOut());
  if (!areMatrices(*this))
    return {emitEquation(b, getLoc(), matmulEquation(getA(), getB(), getTransposeA(), getTransposeB()), {getA(), getB()}, type)};
  Value rhs = getTransposeB() ? transpose2d(b, getLoc(), getB()) : getB();
  Value init = filledTensor(b, getLoc(), type, {getA(), getB()}, 0);
  return {contract(b, getLoc(), getA(), rhs, init, getTransposeA())};
}

//===- einsum ---------------------------------------------------------------------------------------------------===//

Signature EinsumOp::getSignature() { return {{"factors", FormalKind::Tensors}, {"equation", FormalKind::Text}}; }

static std::string describeSize(RankedTensorType type, int64_t axis) {
  return type.isDynamicDim(axis) ? "batch" : std::to_string(type.getDimSize(axis));
}

static FailureOr<Value> buildEinsum(CallSite &call, const Equation &equation, ValueRange operands) {
  Builder &b = call.builder();
  return buildOp(call.builder(), call.loc(), EinsumOp::getOperationName(), operands,
                 b.getNamedAttr("equation", b.getStringAttr(equation.text())));
}

/// What the product of the first two operands must keep for the others and the result; the batch in front.
static std::string keptLetters(const Equation &equation, ValueRange operands) {
  std::string later = equation.result, kept, batch;
  for (StringRef letters : ArrayRef(equation.operands).drop_front(2))
    later += letters;
  for (auto [letters, operand] : llvm::zip(ArrayRef(equation.operands).take_front(2), operands))
    for (auto [letter, size] : llvm::zip_equal(letters, tensorType(operand).getShape()))
      if (StringRef(later).contains(letter) && !StringRef(kept + batch).contains(letter))
        (ShapedType::isDynamic(size) ? batch : kept).push_back(letter);
  return batch + kept;
}

/// x with its axes `first` and `second`, of one size n, at the end as their diagonal. Of the n * n elements of a matrix in rows it is
/// every (n + 1)th: the first column of rows of n + 1.
static Expr diagonalOf(Expr x, int64_t first, int64_t second) {
  Builder &b = *x.builder;
  int64_t rank = x.type().getRank(), n = x.type().getDimSize(first);
  SmallVector<int64_t> order, shape;
  for (int64_t axis = 0; axis < rank; ++axis)
    if (axis != first && axis != second) {
      order.push_back(axis);
      shape.push_back(x.type().getDimSize(axis));
    }
  order.append({first, second});
  auto withLast = [&](ArrayRef<int64_t> sizes) {
    SmallVector<int64_t> all(shape);
    all.append(sizes.begin(), sizes.end());
    return x.type().clone(all);
  };
  Expr rows = reshape(x.emit("mimo.permute", x.value, b.getNamedAttr("axes", b.getDenseI64ArrayAttr(order))), withLast(n * n));
  Expr longer = rows.emit("mimo.pad", rows.value, {b.getNamedAttr("before", b.getDenseI64ArrayAttr(0)), b.getNamedAttr("after", b.getDenseI64ArrayAttr(n)),
                                                   b.getNamedAttr("axis", b.getDenseI64ArrayAttr(-1)), b.getNamedAttr("value", b.getF64FloatAttr(0))});
  Expr square = reshape(longer, withLast({n, n + 1}));
  return reshape(sliceAlong(square, rank - 1, 0, 1), withLast(n));
}

/// Takes the diagonals of an operand until no letter stands twice in it.
static LogicalResult takeDiagonals(CallSite &call, std::string &letters, Value &operand) {
  for (size_t second = 1; second < letters.size(); ++second) {
    size_t first = letters.find(letters[second]);
    if (first == second)
      continue;
    RankedTensorType type = tensorType(operand);
    if (type.isDynamicDim(first) || type.getDimSize(first) != type.getDimSize(second))
      return mlir::emitError(call.locOf("equation")) << "einsum: \"" << call.text("equation") << "\" has '" << letters[second] << "' twice in an operand, for sizes "
                                                     << describeSize(type, first) << " and " << describeSize(type, second) << " of " << describe(type)
                                                     << "; a diagonal is of two dimensions of one size, neither of which is the batch";
    operand = diagonalOf(Expr(call.builder(), call.loc(), operand), first, second);
    letters = letters.substr(0, first) + letters.substr(first + 1, second - first - 1) + letters.substr(second + 1) + letters[second];
    second = 0;
  }
  return success();
}

// Of more than two operands, the first two are multiplied until two are left.
FailureOr<Value> EinsumOp::buildFromCall(CallSite &call) {
  SmallVector<Value> operands = call.tensors("factors");
  FailureOr<Equation> equation = parseEquation(call.locOf("equation"), "einsum", call.text("equation"), operands, /*diagonals=*/true);
  if (failed(equation))
    return failure();
  for (auto [letters, operand] : llvm::zip_equal(equation->operands, operands))
    if (failed(takeDiagonals(call, letters, operand)))
      return failure();
  while (succeeded(equation) && operands.size() > 2) {
    Equation first{{equation->operands[0], equation->operands[1]}, keptLetters(*equation, operands)};
    FailureOr<Value> product = buildEinsum(call, first, ArrayRef(operands).take_front(2));
    if (failed(product))
      return failure();
    operands.erase(operands.begin());
    equation->operands.erase(equation->operands.begin());
    operands[0] = *product;
    equation->operands[0] = first.result;
  }
  return succeeded(equation) ? buildEinsum(call, *equation, operands) : FailureOr<Value>();
}

LogicalResult EinsumOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op, SmallVectorImpl<Type> &types) {
  if (op.getFactors().empty() || op.getFactors().size() > 2)
    return refuse(loc, "einsum", "multiplies one or two tensors, not " + Twine(op.getFactors().size()));
  FailureOr<Equation> equation = parseEquation(loc, "einsum", op.getEquation(), op.getFactors());
  return succeeded(equation) ? inferEquation(loc, "einsum", *equation, op.getFactors(), types) : failure();
}

static Equation equationOf(EinsumOp op) { return *parseEquation(op.getLoc(), "einsum", op.getEquation(), op->getOperands()); }

SmallVector<Value> EinsumOp::emitVjp(OpBuilder &builder, ValueRange cotangents, ArrayRef<bool> needed) {
  return equationVjp(builder, getLoc(), equationOf(*this), getOperation()->getOperands(), cotangents[0], needed);
}

SmallVector<Value> EinsumOp::emitLinalg(OpBuilder &b) {
  return {emitEquation(b, getLoc(), equationOf(*this), getOperation()->getOperands(), tensorType(getOut()))};
}

//===- dot, outer -----------------------------------------------------------------------------------------------===//

/// Letters for the dimensions before the last, called from the last to the first, and what the product is below them.
static Equation vectorEquation(Value a, Value b, const Equation &product) {
  auto lead = [](int64_t rank) {
    std::string letters;
    for (int64_t dim = rank - 1; dim > 0; --dim)
      letters.push_back('a' + dim - 1);
    return letters;
  };
  int64_t left = tensorType(a).getRank(), right = tensorType(b).getRank();
  return {{lead(left) + product.operands[0], lead(right) + product.operands[1]}, lead(std::max(left, right)) + product.result};
}

static LogicalResult inferVectors(std::optional<Location> loc, StringRef op, Value a, Value b, const Equation &product,
                                  SmallVectorImpl<Type> &types) {
  std::string operands = describe(a.getType()) + " and " + describe(b.getType());
  if (tensorType(a).getRank() == 0 || tensorType(b).getRank() == 0)
    return refuse(loc, op, "takes vectors, [batch, n], not " + operands);
  Equation equation = vectorEquation(a, b, product);
  if (failed(sizesOfLetters(std::nullopt, op, equation, {a, b})))
    return refuse(loc, op, operands + " do not fit");
  return inferEquation(loc, op, equation, {a, b}, types);
}

#define GET_OP_CLASSES
#include "mimo/Ops/Contraction.cpp.inc"
