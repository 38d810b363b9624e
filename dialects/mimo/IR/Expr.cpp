#include "mimo/IR/Expr.h"
#include "mimo/Ops/Shape.h"

using namespace mlir;
using namespace mlir::mimo;

Expr Expr::emit(StringRef op, ValueRange operands, ArrayRef<NamedAttribute> attributes) const {
  FailureOr<Value> result = buildOp(*builder, loc, op, operands, attributes);
  assert(succeeded(result) && "a gradient or lowering built an ill-typed op");
  return Expr(*builder, loc, *result);
}

Expr Expr::constant(double number) const {
  Type element = type().getElementType();
  TypedAttr attribute = isa<FloatType>(element) ? TypedAttr(FloatAttr::get(element, number))
                                                : TypedAttr(IntegerAttr::get(element, static_cast<int64_t>(number)));
  return Expr(*builder, loc, ConstantOp::create(*builder, loc, RankedTensorType::get({}, element), attribute));
}

Expr Expr::table(ArrayRef<double> numbers) const {
  auto element = cast<FloatType>(type().getElementType());
  SmallVector<Attribute> values = llvm::map_to_vector(numbers, [&](double x) -> Attribute { return FloatAttr::get(element, x); });
  auto row = RankedTensorType::get({static_cast<int64_t>(numbers.size())}, element);
  return Expr(*builder, loc, ConstantOp::create(*builder, loc, row, DenseElementsAttr::get(row, values)));
}

static Expr binary(StringRef op, Expr a, Expr b) { return a.emit(op, {a.value, b.value}); }
static Expr unary(StringRef op, Expr x) { return x.emit(op, {x.value}); }

Expr mimo::operator+(Expr a, Expr b) { return binary("mimo.add", a, b); }
Expr mimo::operator-(Expr a, Expr b) { return binary("mimo.sub", a, b); }
Expr mimo::operator*(Expr a, Expr b) { return binary("mimo.mul", a, b); }
Expr mimo::operator/(Expr a, Expr b) { return binary("mimo.div", a, b); }
Expr mimo::operator-(Expr a) { return unary("mimo.neg", a); }
Expr mimo::operator+(Expr a, double b) { return a + a.constant(b); }
Expr mimo::operator-(Expr a, double b) { return a - a.constant(b); }
Expr mimo::operator*(Expr a, double b) { return a * a.constant(b); }
Expr mimo::operator*(double a, Expr b) { return b.constant(a) * b; }
Expr mimo::operator-(double a, Expr b) { return b.constant(a) - b; }
Expr mimo::operator/(Expr a, double b) { return a / a.constant(b); }
Expr mimo::operator/(double a, Expr b) { return b.constant(a) / b; }
Expr mimo::operator>(Expr a, double b) { return binary("mimo.gt", a, a.constant(b)); }
Expr mimo::operator<(Expr a, Expr b) { return binary("mimo.lt", a, b); }
Expr mimo::operator<(Expr a, double b) { return a < a.constant(b); }
Expr mimo::operator<=(Expr a, double b) { return binary("mimo.le", a, a.constant(b)); }
Expr mimo::operator>=(Expr a, double b) { return binary("mimo.ge", a, a.constant(b)); }
Expr mimo::equal(Expr a, Expr b) { return binary("mimo.eq", a, b); }
Expr mimo::equal(Expr a, double b) { return equal(a, a.constant(b)); }

Expr mimo::select(Expr condition, Expr yes, Expr no) { return yes.emit("mimo.select", {condition.value, yes.value, no.value}); }
Expr mimo::select(Expr condition, double yes, Expr no) { return select(condition, no.constant(yes), no); }
Expr mimo::select(Expr condition, Expr yes, double no) { return select(condition, yes, yes.constant(no)); }
Expr mimo::sign(Expr x) { return unary("mimo.sign", x); }
Expr mimo::abs(Expr x) { return unary("mimo.abs", x); }
Expr mimo::log(Expr x) { return unary("mimo.log", x); }
Expr mimo::sqrt(Expr x) { return unary("mimo.sqrt", x); }
Expr mimo::exp(Expr x) { return unary("mimo.exp", x); }
Expr mimo::exp2(Expr x) { return unary("mimo.exp2", x); }
Expr mimo::sin(Expr x) { return unary("mimo.sin", x); }
Expr mimo::cos(Expr x) { return unary("mimo.cos", x); }
Expr mimo::sinh(Expr x) { return unary("mimo.sinh", x); }
Expr mimo::cosh(Expr x) { return unary("mimo.cosh", x); }
Expr mimo::erfc(Expr x) { return unary("mimo.erfc", x); }
Expr mimo::sigmoid(Expr x) { return unary("mimo.sigmoid", x); }
Expr mimo::clamp(Expr x, double low, double high) {
  Builder &b = *x.builder;
  return x.emit("mimo.clamp", {x.value}, {b.getNamedAttr("min", b.getF64FloatAttr(low)), b.getNamedAttr("max", b.getF64FloatAttr(high))});
}

Expr mimo::zerosLike(Expr x) { return x.emit("mimo.zeros", x.value); }

Expr mimo::sum(Expr x, ArrayRef<int64_t> axes, bool keepDims) {
  if (axes.empty())
    return x; // over no axis; the op reads an empty list as "all", as the language does
  Builder &b = *x.builder;
  return x.emit("mimo.sum", {x.value}, {b.getNamedAttr("axis", b.getDenseI64ArrayAttr(axes)),
                                        b.getNamedAttr("keepdim", b.getBoolAttr(keepDims))});
}

Expr mimo::sumAll(Expr x) { return sum(x, llvm::to_vector(llvm::seq<int64_t>(0, x.type().getRank()))); }

Expr mimo::sumTo(Expr x, RankedTensorType shape) {
  int64_t lead = x.type().getRank() - shape.getRank();
  if (lead > 0)
    x = sum(x, llvm::to_vector(llvm::seq<int64_t>(0, lead)));
  SmallVector<int64_t> stretched;
  for (int64_t i = 0; i < shape.getRank(); ++i)
    if (shape.getDimSize(i) == 1 && x.type().getDimSize(i) != 1)
      stretched.push_back(i);
  return sum(x, stretched, /*keepDims=*/true);
}

Expr mimo::broadcastLike(Expr x, Value like, ArrayRef<int64_t> dims) {
  if (x.type().getShape() == cast<RankedTensorType>(like.getType()).getShape())
    return x;
  return x.emit("mimo.broadcast_like", {x.value, like}, {x.builder->getNamedAttr("dims", x.builder->getDenseI64ArrayAttr(dims))});
}

Expr mimo::reshape(Expr x, RankedTensorType type) {
  if (x.type().getShape() == type.getShape())
    return x;
  SmallVector<int64_t> shape = llvm::map_to_vector(type.getShape(), [](int64_t size) { return ShapedType::isDynamic(size) ? -1 : size; });
  return x.emit("mimo.reshape", {x.value}, {x.builder->getNamedAttr("shape", x.builder->getDenseI64ArrayAttr(shape))});
}

Expr mimo::appendUnitDims(Expr x, int64_t rank) {
  SmallVector<int64_t> shape(x.type().getShape());
  shape.resize(std::max<size_t>(rank, shape.size()), 1);
  return reshape(x, x.type().clone(shape));
}

Expr mimo::matmul(Expr a, Expr b, bool transposeA, bool transposeB) {
  Builder &builder = *a.builder;
  return a.emit("mimo.matmul", {a.value, b.value}, {builder.getNamedAttr("transpose_a", builder.getBoolAttr(transposeA)),
                                                    builder.getNamedAttr("transpose_b", builder.getBoolAttr(transposeB))});
}

Expr mimo::einsum(StringRef equation, ArrayRef<Expr> factors) {
  Builder &builder = *factors[0].builder;
  SmallVector<Value> operands(factors.begin(), factors.end());
  return factors[0].emit("mimo.einsum", operands, {builder.getNamedAttr("equation", builder.getStringAttr(equation))});
}

Expr mimo::sizeOf(Expr x, ArrayRef<int64_t> axes, FloatType type) {
  Builder &b = *x.builder;
  Type precision = type ? Type(type) : x.type().getElementType();
  return x.emit("mimo.size", {x.value}, {b.getNamedAttr("axes", b.getDenseI64ArrayAttr(axes)),
                                         b.getNamedAttr("precision", TypeAttr::get(precision))});
}

Expr mimo::convert(Expr x, Type elementType) {
  if (x.type().getElementType() == elementType)
    return x;
  return x.emit("mimo.cast", {x.value}, {x.builder->getNamedAttr("to", TypeAttr::get(elementType))});
}
