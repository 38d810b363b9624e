// What an expression stands for. Numbers are computed; as soon as a tensor is involved, an operator becomes the op of its
// name: a + b is add(a, b).
#include "ConstantEvaluator.h"
#include "Lowering.h"

#include "mimo/IR/Expr.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/SaveAndRestore.h"

namespace mimoc {

using namespace ast;

/// Expressions and expansions of blocks nest at most this deep, so that recursion over them is safe.
static constexpr unsigned kMaxDepth = 512;

Datum Lowering::evaluate(const Expr &expr, const Context &context) {
  if (network.exhausted() || diagnostics.full())
    return Datum();
  llvm::SaveAndRestore nesting(depth, depth + 1);
  if (depth <= kMaxDepth)
    return evaluateKind(expr, context);
  error(expr.range, "expressions and blocks nest more than " + llvm::Twine(kMaxDepth) + " deep here");
  return Datum();
}

Datum Lowering::evaluateKind(const Expr &expr, const Context &context) {
  Context inner = context.inner();
  switch (expr.kind) {
  case Expr::Kind::Integer: return Datum::integer(llvm::cast<IntegerExpr>(expr).value);
  case Expr::Kind::Float: return Datum::real(llvm::cast<FloatExpr>(expr).value);
  case Expr::Kind::String: return Datum::text(llvm::cast<StringExpr>(expr).value);
  case Expr::Kind::Bool: return Datum::flag(llvm::cast<BoolExpr>(expr).value);
  case Expr::Kind::Name: return evaluateName(llvm::cast<NameExpr>(expr), inner);
  case Expr::Kind::Unary: return evaluateUnary(llvm::cast<UnaryExpr>(expr), inner);
  case Expr::Kind::Binary: return evaluateBinary(llvm::cast<BinaryExpr>(expr), inner);
  // The branch that is taken is what the binding stands for, so its pipe is still the outermost one.
  case Expr::Kind::Conditional: return evaluateConditional(llvm::cast<ConditionalExpr>(expr), context);
  case Expr::Kind::Pipe: return evaluatePipe(llvm::cast<PipeExpr>(expr), expr.inBrackets ? inner : context);
  case Expr::Kind::Call: return evaluateCall(llvm::cast<CallExpr>(expr), expr.inBrackets ? inner : context);
  case Expr::Kind::Index: return evaluateIndex(llvm::cast<IndexExpr>(expr), inner);
  case Expr::Kind::Member: return evaluateMember(llvm::cast<MemberExpr>(expr), inner);
  case Expr::Kind::Tuple: return evaluateTuple(llvm::cast<TupleExpr>(expr).elements, inner);
  // The elements of a list that a binding stands for are parts of it, as in nn.ModuleList.
  case Expr::Kind::List: return evaluateList(llvm::cast<ListExpr>(expr), expr.inBrackets ? inner : context);
  case Expr::Kind::Comprehension:
    return evaluateComprehension(llvm::cast<ComprehensionExpr>(expr), expr.inBrackets ? inner : context);
  }
  return Datum();
}

//===- Names -------------------------------------------------------------------------------------------------------===//

Datum Lowering::evaluateName(const NameExpr &expr, const Context &context) {
  if (expr.name == mlir::mimo::kBatchName)
    return Datum::runTimeSize(mlir::mimo::kBatchName);
  NamedDatum *named = context.scope.find(expr.name);
  if (!named && expr.name == "inf")
    return Datum::real(std::numeric_limits<double>::infinity());
  if (!named)
    return refuseUnknownName(expr, context);
  named->used = true;
  if (named->growing) {
    Datum soFar = Datum::list(*named->growing);
    return countElements(soFar, expr.range) ? soFar : Datum();
  }
  if (named->kind != NameKind::Loss && named->kind != NameKind::Metric)
    return named->value;
  error(expr.range, "'" + expr.name + "' is " + describe(named->kind) + ", not a value of the network")
      .note(named->kind == NameKind::Loss ? "a loss stands in 'minimize' only" : "a metric is reported, not used");
  return Datum();
}

/// Where `name` is declared in a body; nowhere if it is not.
static SourceRange declarationIn(llvm::ArrayRef<StmtPtr> body, llvm::StringRef name) {
  for (const StmtPtr &stmt : body) {
    llvm::ArrayRef<Name> names;
    if (const auto *binding = llvm::dyn_cast<BindingStmt>(stmt.get()))
      names = binding->names;
    else if (const auto *port = llvm::dyn_cast<PortStmt>(stmt.get()))
      names = port->names;
    else if (const auto *output = llvm::dyn_cast<OutputStmt>(stmt.get()))
      names = output->names;
    for (const Name &declared : names)
      if (declared.text == name)
        return declared.range;
  }
  return {};
}

Datum Lowering::refuseUnknownName(const NameExpr &expr, const Context &context) {
  if (exists({expr.name, expr.range}, context)) {
    error(expr.range, "'" + expr.name + "' is applied to something; it is no value by itself")
        .note("write 'x -> " + expr.name + "' or '" + expr.name + "(x)'");
    return Datum();
  }
  Diagnostic &unknown = error(expr.range, "unknown name '" + expr.name + "'");
  const BlockStmt *block = expansions.empty() ? nullptr : expansions.back().block;
  llvm::ArrayRef<StmtPtr> body;
  if (block || current)
    body = block ? block->body : current->body;
  if (SourceRange later = declarationIn(body, expr.name))
    unknown.note("it is declared later,", later);
  else
    unknown.didYouMean(expr.name, context.scope.names());
  return Datum();
}

//===- Operators ---------------------------------------------------------------------------------------------------===//

/// The op behind an operator on tensors; empty for those that numbers only have.
static llvm::StringRef opBehind(BinaryOp op) {
  switch (op) {
  case BinaryOp::Or: return "or";
  case BinaryOp::And: return "and";
  case BinaryOp::Equal: return "eq";
  case BinaryOp::NotEqual: return "ne";
  case BinaryOp::Less: return "lt";
  case BinaryOp::LessEqual: return "le";
  case BinaryOp::Greater: return "gt";
  case BinaryOp::GreaterEqual: return "ge";
  case BinaryOp::Add: return "add";
  case BinaryOp::Subtract: return "sub";
  case BinaryOp::Multiply: return "mul";
  case BinaryOp::Divide: return "div";
  case BinaryOp::Power: return "pow";
  case BinaryOp::FloorDivide: case BinaryOp::Remainder: return "";
  }
  return "";
}

Datum Lowering::applyToTensors(llvm::StringRef op, SourceRange place, std::vector<Datum> operands, const Context &context) {
  const mlir::mimo::FromSource::Concept *source = network.findOperator(op);
  if (!source) {
    error(place, "'" + place.text() + "' works on numbers that are known at compile time, not on tensors");
    return Datum();
  }
  Naming naming{Naming::Weights::Nowhere, context.naming.stepPath, {}, place};
  Use use{{op, place}, std::move(operands), {}, std::move(naming), /*isSymbol=*/true};
  return applyOperator(*source, use, context);
}

Datum Lowering::evaluateUnary(const UnaryExpr &expr, const Context &context) {
  Datum operand = evaluate(*expr.operand, context);
  SourceRange place{expr.range.file, expr.range.begin, expr.range.begin + uint32_t(spelling(expr.op).size())};
  if (operand.failed())
    return Datum();
  if (operand.asTensor())
    return applyToTensors(expr.op == UnaryOp::Not ? "not" : "neg", place, {operand}, context);
  Computed computed = computeUnary(expr.op, operand);
  if (computed.value.failed())
    error(place, computed.problem);
  return computed.value;
}

Datum Lowering::evaluateBinary(const BinaryExpr &expr, const Context &context) {
  Datum left = evaluate(*expr.left, context);
  // What is decided is not looked at: `s == 1 and x.shape[1] == c`.
  bool decides = expr.op == BinaryOp::Or;
  if ((expr.op == BinaryOp::And || expr.op == BinaryOp::Or) && left.asFlag() == decides)
    return left;
  Datum right = evaluate(*expr.right, context);
  if (left.failed() || right.failed())
    return Datum();
  if (expr.op == BinaryOp::Add && left.asList() && right.asList()) {
    if (!countElements(left, expr.opRange) || !countElements(right, expr.opRange))
      return Datum();
    Datum::List joined = *left.asList();
    llvm::append_range(joined, *right.asList());
    return Datum::list(std::move(joined));
  }
  bool onTensors = left.isTensorLike() && right.isTensorLike();
  if (onTensors && (left.asTensor() || right.asTensor()))
    return applyToTensors(opBehind(expr.op), expr.opRange, {left, right}, context);
  Computed computed = computeBinary(expr.op, left, right);
  if (computed.value.failed())
    error(expr.opRange, computed.problem);
  return computed.value;
}

Datum Lowering::evaluateConditional(const ConditionalExpr &expr, const Context &context) {
  std::optional<bool> condition = evaluateCondition(*expr.condition, context.inner(), "the condition of 'if'");
  if (!condition)
    return Datum();
  return evaluate(*condition ? *expr.then : *expr.otherwise, context);
}

//===- What must be known at compile time --------------------------------------------------------------------------===//

std::optional<int64_t> Lowering::evaluateInteger(const Expr &expr, const Context &context, const llvm::Twine &what) {
  Datum value = evaluate(expr, context);
  if (!value.asInteger() && !value.failed())
    error(expr.range, what + " must be an integer known at compile time, not " + value.describe());
  return value.asInteger();
}

std::optional<bool> Lowering::evaluateCondition(const Expr &expr, const Context &context, llvm::StringRef what) {
  Datum value = evaluate(expr, context);
  if (value.asFlag() || value.failed())
    return value.asFlag();
  Diagnostic &problem = error(expr.range, what + " must be true or false at compile time, not " + value.describe());
  if (value.asTensor())
    problem.note("select(condition, a, b) chooses element by element");
  return std::nullopt;
}

//===- Lists, members, indices -------------------------------------------------------------------------------------===//

/// What lists hold counts, and each list in a list, so that one that doubles or grows deeper at every line is refused in time.
bool Lowering::countElements(const Datum &value, SourceRange place) {
  if (!network.countOperation([&] { return place; }))
    return false;
  const Datum::List *list = value.asList();
  return !list || llvm::all_of(*list, [&](const Datum &element) { return countElements(element, place); });
}

Datum Lowering::evaluateTuple(llvm::ArrayRef<ExprPtr> elements, const Context &context) {
  Datum::List values;
  for (const ExprPtr &element : elements) {
    values.push_back(evaluate(*element, context));
    if (!countElements(values.back(), element->range))
      return Datum();
  }
  return Datum::list(std::move(values));
}

Datum Lowering::evaluateList(const ListExpr &expr, const Context &context) {
  Datum::List values;
  for (auto [i, element] : llvm::enumerate(expr.elements)) {
    values.push_back(evaluate(*element, {context.scope, context.naming.element(i, /*ofComprehension=*/false), context.score}));
    if (!countElements(values.back(), element->range))
      return Datum();
  }
  return Datum::list(std::move(values));
}

/// [element for variable in first .. last], last excluded. In the elements of a binding's own list its name stands for those
/// before, so that a recurrence can be unrolled, unless the name means something already.
Datum Lowering::evaluateComprehension(const ComprehensionExpr &expr, const Context &context) {
  std::optional<int64_t> first = evaluateInteger(*expr.first, context.inner(), "where a range starts");
  std::optional<int64_t> last = evaluateInteger(*expr.last, context.inner(), "where a range ends");
  if (!first || !last)
    return Datum();
  if (*first > *last) {
    error(expr.first->range.upTo(expr.last->range),
          "the range " + llvm::Twine(*first) + " .. " + llvm::Twine(*last) + " ends before it starts");
    return Datum();
  }
  Datum::List values;
  const Name *self = context.binding && !context.scope.find(context.binding->text) ? context.binding : nullptr;
  for (int64_t i = *first; i < *last; ++i) {
    Scope scope(&context.scope);
    scope.part = context.scope.part;
    scope.isBlock = context.scope.isBlock;
    bool counted = network.countOperation([&] { return expr.range; });
    if (!counted || !define(scope, expr.variable, NameKind::Constant, Datum::integer(i)))
      return Datum();
    if (self)
      scope.values.insert({self->text, NamedDatum{NameKind::Constant, Datum(), self->range, /*used=*/true, &values}});
    Naming naming = context.naming.element(static_cast<size_t>(i - *first), /*ofComprehension=*/true);
    values.push_back(evaluate(*expr.element, {scope, naming, context.score}));
    if (values.back().failed() || (values.back().asList() && !countElements(values.back(), expr.range)))
      return Datum(); // one mistake is one message
  }
  return Datum::list(std::move(values));
}

Datum Lowering::evaluateMember(const MemberExpr &expr, const Context &context) {
  Datum base = evaluate(*expr.base, context);
  if (base.failed())
    return Datum();
  mlir::Value tensor = base.asTensor();
  if (!tensor || expr.member.text != "shape") {
    error(expr.member.range, base.describe() + " has no member '" + expr.member.text + "'")
        .note("a tensor has 'shape', and nothing else has members");
    return Datum();
  }
  Datum::List sizes;
  for (int64_t size : llvm::cast<mlir::RankedTensorType>(tensor.getType()).getShape())
    sizes.push_back(mlir::ShapedType::isDynamic(size) ? Datum::runTimeSize(mlir::mimo::runTimeDim(tensor.getType())) : Datum::integer(size));
  return Datum::list(std::move(sizes));
}

Datum Lowering::evaluateIndex(const IndexExpr &expr, const Context &context) {
  if (const auto *name = llvm::dyn_cast<NameExpr>(expr.base.get()))
    if (const NamedDatum *named = context.scope.find(name->name); named && named->growing)
      return indexList(expr, *named->growing, context);
  Datum base = evaluate(*expr.base, context);
  if (base.failed())
    return Datum();
  if (mlir::Value tensor = base.asTensor())
    return indexTensor(expr, tensor, context);
  if (const Datum::List *list = base.asList())
    return indexList(expr, *list, context);
  error(expr.range, base.describe() + " cannot be indexed");
  return Datum();
}

/// list[start:stop], as in Python but for bounds that do not exist, which are errors.
Datum Lowering::sliceList(const IndexItem &item, const Datum::List &list, const Context &context) {
  int64_t size = static_cast<int64_t>(list.size());
  auto bound = [&](const ExprPtr &expr, int64_t otherwise) -> std::optional<int64_t> {
    std::optional<int64_t> index = expr ? evaluateInteger(*expr, context, "an index") : otherwise;
    return index && *index < 0 && *index >= -size ? *index + size : index;
  };
  std::optional<int64_t> start = bound(item.start, 0), stop = bound(item.stop, size);
  if (!start || !stop)
    return Datum();
  if (*start >= 0 && *start <= *stop && *stop <= size)
    return Datum::list(Datum::List(list.begin() + *start, list.begin() + *stop));
  error(item.range, item.range.text() + " is not within a tuple of " + llvm::Twine(size));
  return Datum();
}

Datum Lowering::indexList(const IndexExpr &expr, const Datum::List &list, const Context &context) {
  if (expr.items.size() != 1) {
    error(expr.items[0].range, "a tuple takes one index");
    return Datum();
  }
  if (expr.items[0].isSlice)
    return sliceList(expr.items[0], list, context);
  std::optional<int64_t> index = evaluateInteger(*expr.items[0].start, context, "an index");
  if (!index)
    return Datum();
  int64_t size = static_cast<int64_t>(list.size());
  if (*index >= -size && *index < size)
    return list[*index < 0 ? *index + size : *index];
  error(expr.items[0].range,
        "index " + llvm::Twine(*index) + " is out of range; there are " + llvm::Twine(size) + " elements");
  return Datum();
}

/// What an index picks of a tensor: a box, whose `dropped` dimensions of size 1 the result does not have.
struct Lowering::Box {
  llvm::SmallVector<int64_t> offsets, sizes, resultShape;
};

bool Lowering::addToBox(const IndexItem &item, int64_t axis, mlir::RankedTensorType type, Box &box, const Context &context) {
  bool whole = item.isSlice && !item.start && !item.stop;
  int64_t size = type.getDimSize(axis);
  if (mlir::ShapedType::isDynamic(size) && !whole) {
    llvm::StringRef dim = mlir::mimo::runTimeDim(type);
    error(item.range, (dim == mlir::mimo::kBatchName ? "the batch" : "'" + dim + "'") + " is taken whole: write ':' for dimension " + llvm::Twine(axis));
    return false;
  }
  if (whole) {
    box.offsets.push_back(0);
    box.sizes.push_back(mlir::ShapedType::isDynamic(size) ? -1 : size);
    box.resultShape.push_back(size);
    return true;
  }
  auto bound = [&](const ExprPtr &expr, int64_t otherwise) -> std::optional<int64_t> {
    if (!expr)
      return otherwise;
    std::optional<int64_t> value = evaluateInteger(*expr, context, "an index");
    return value && *value < 0 && *value >= -size ? *value + size : value;
  };
  std::optional<int64_t> start = bound(item.start, 0);
  std::optional<int64_t> stop = item.isSlice ? bound(item.stop, size) : start;
  if (!item.isSlice && start && *start < size)
    stop = *start + 1;
  if (!start || !stop)
    return false;
  if (*start < 0 || *start >= *stop || *stop > size) {
    error(item.range, item.range.text() + " is not within dimension " + llvm::Twine(axis) + ", which has " +
                          llvm::Twine(size) + (size == 1 ? " element" : " elements"));
    return false;
  }
  box.offsets.push_back(*start);
  box.sizes.push_back(*stop - *start);
  if (item.isSlice)
    box.resultShape.push_back(*stop - *start);
  return true;
}

Datum Lowering::indexTensor(const IndexExpr &expr, mlir::Value tensor, const Context &context) {
  auto type = llvm::cast<mlir::RankedTensorType>(tensor.getType());
  if (static_cast<int64_t>(expr.items.size()) > type.getRank()) {
    error(expr.items[type.getRank()].range, "too many indices for " + mlir::mimo::describe(type));
    return Datum();
  }
  static const IndexItem kWhole{nullptr, nullptr, /*isSlice=*/true, {}};
  Box box;
  bool fits = true;
  for (int64_t axis = 0; axis < type.getRank(); ++axis)
    fits &= addToBox(axis < static_cast<int64_t>(expr.items.size()) ? expr.items[axis] : kWhole, axis, type, box, context);
  if (!fits)
    return Datum();
  mlir::OpBuilder &b = network.builder;
  mlir::Location location = network.locationOf(expr.range);
  auto slice = mlir::mimo::buildOp(b, location, "mimo.slice", tensor,
                                   {b.getNamedAttr("offsets", b.getDenseI64ArrayAttr(box.offsets)),
                                    b.getNamedAttr("sizes", b.getDenseI64ArrayAttr(box.sizes))});
  if (mlir::failed(slice))
    return Datum();
  return Datum::tensor(mlir::mimo::reshape(mlir::mimo::Expr(b, location, *slice), type.clone(box.resultShape)));
}

} // namespace mimoc
