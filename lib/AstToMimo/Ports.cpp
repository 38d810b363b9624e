// What a model exchanges with its caller: inputs, targets, heads, outputs, entries.
#include "Lowering.h"

#include "llvm/ADT/STLExtras.h"

namespace mimoc {

using namespace ast;

//===- Inputs and targets ------------------------------------------------------------------------------------------===//

mlir::Type Lowering::elementType(const Name &element) {
  mlir::Builder &b = network.builder;
  if (element.text == "i32")
    return b.getI32Type();
  if (element.text == "i64")
    return b.getI64Type();
  if (element.text == "f64" && network.precision().isF32())
    error(element.range, "the model computes in f32; an f64 tensor does not fit")
        .note("declare it as f32, or compile with --precision=f64");
  return network.precision();
}

mlir::RankedTensorType Lowering::lowerType(const ast::Type &type, Scope &scope) {
  unsigned errorsBefore = diagnostics.errorCount();
  mlir::Type element = elementType(type.element);
  llvm::SmallVector<int64_t> shape;
  std::string leading;
  for (auto [i, dim] : llvm::enumerate(type.dims)) {
    Datum size = evaluate(*dim, {scope, scope.part});
    const std::string *runTime = size.asRunTimeSize();
    if (runTime && i > 0)
      error(dim->range, "'" + *runTime + "' must be the first dimension");
    else if (runTime)
      leading = *runTime;
    else if (size.asInteger() && *size.asInteger() < 1)
      error(dim->range, "a dimension of " + llvm::Twine(*size.asInteger()) + "; there must be at least 1");
    else if (!runTime && !size.asInteger() && !size.failed())
      error(dim->range, "a size must be an integer or 'batch', not " + size.describe());
    shape.push_back(runTime ? mlir::ShapedType::kDynamic : size.asInteger().value_or(1));
    if (size.failed())
      return {};
  }
  if (diagnostics.errorCount() != errorsBefore)
    return {};
  return mlir::mimo::withRunTimeDim(mlir::RankedTensorType::get(shape, element), leading);
}

/// dim nodes <= 1000
void Lowering::lowerDim(const DimStmt &stmt, Scope &scope) {
  constexpr int64_t kMost = int64_t(1) << 31;
  std::optional<int64_t> bound;
  if (!stmt.bound)
    error(stmt.name.range, "dim '" + stmt.name.text + "' has no bound, and memory is planned for it")
        .note("say how long it can be: 'dim " + stmt.name.text + " <= 1000'");
  else
    bound = evaluateInteger(*stmt.bound, {scope, scope.part}, "the bound of a dim");
  if (bound && (*bound < 1 || *bound > kMost)) {
    error(stmt.bound->range, "a bound of " + llvm::Twine(*bound) + "; it must lie in [1, 2^31]");
    bound.reset();
  }
  if (define(scope, stmt.name, NameKind::Dim, bound ? Datum::runTimeSize(stmt.name.text) : Datum()) && bound)
    network.addDim(stmt.name.text, *bound, stmt.name.range);
}

/// What stands behind `<`: an integer, or a run-time size.
std::optional<Lowering::Limit> Lowering::evaluateLimit(const Expr &expr, Scope &scope) {
  const auto *name = llvm::dyn_cast<NameExpr>(&expr);
  Datum size = name ? evaluate(expr, {scope, scope.part}) : Datum();
  if (const std::string *dim = size.asRunTimeSize())
    return limitBy(*dim);
  std::optional<int64_t> number = evaluateInteger(expr, {scope, scope.part}, "a bound");
  return number ? std::optional<Limit>({*number, ""}) : std::nullopt;
}

void Lowering::lowerPort(const PortStmt &stmt, Scope &scope) {
  mlir::RankedTensorType type = lowerType(stmt.type, scope);
  std::optional<Limit> limit;
  if (stmt.type.bound && !(limit = evaluateLimit(*stmt.type.bound, scope)))
    type = {};
  if (limit && type && !type.getElementType().isInteger())
    error(stmt.type.bound->range, "only integers have a bound; this is " + mlir::mimo::describe(type));
  if (limit && limit->number < 1)
    error(stmt.type.bound->range, "values lie in [0, " + llvm::Twine(limit->number) + "): there are none");
  for (const Name &name : stmt.names) {
    if (!type) {
      define(scope, name, stmt.port == PortKind::Input ? NameKind::Input : NameKind::Target, Datum());
      continue;
    }
    lowerOnePort(stmt.port, name, type, limit.value_or(Limit()), scope);
  }
}

void Lowering::lowerOnePort(PortKind port, const Name &name, mlir::RankedTensorType type, const Limit &limit, Scope &scope) {
  mlir::Location location = network.locationOf(name.range);
  bool isInput = port == PortKind::Input;
  unsigned refusals = network.refusals();
  mlir::Value value = isInput ? mlir::Value(mlir::mimo::InputOp::create(network.builder, location, type, name.text))
                              : mlir::Value(mlir::mimo::TargetOp::create(network.builder, location, type, name.text));
  Datum datum = network.refusals() == refusals ? Datum::tensor(value) : Datum();
  if (!define(scope, name, isInput ? NameKind::Input : NameKind::Target, datum) || datum.failed())
    return;
  if (!type.getElementType().isInteger())
    return;
  bounds[value.getDefiningOp()] = {name.text.str(), limit, false};
  // An input is used everywhere, so it is checked everywhere; a target where it is selected.
  if (isInput && limit.number > 0)
    requireBound(value, limit, nullptr, location);
}

//===- Heads and outputs -------------------------------------------------------------------------------------------===//

void Lowering::lowerOutput(const OutputStmt &stmt, Scope &scope) {
  if (stmt.value) {
    BindingStmt binding; // an output that has an expression is a binding too
    binding.names = stmt.names;
    Datum::List parts = takeApart(stmt.names, evaluate(*stmt.value, {scope, namingOf(binding, scope)}));
    for (auto [name, part] : llvm::zip_equal(stmt.names, parts))
      if (define(scope, name, NameKind::Output, part) && mustBeTensor(name, part))
        exportValue(name, "output", part.asTensor());
    return;
  }
  for (const Name &name : stmt.names) {
    Datum value = evaluate(NameExpr(name.range, name.text), {scope, scope.part});
    if (mustBeTensor(name, value))
      exportValue(name, "output", value.asTensor());
  }
}

/// Exports a head or an output under its name.
void Lowering::exportValue(const Name &name, llvm::StringRef kind, mlir::Value value) {
  auto [it, fresh] = exports.try_emplace(name.text, name.range);
  if (!fresh) {
    error(name.range, "'" + name.text + "' is exported twice").note("the first time is", it->second);
    return;
  }
  if (mlir::mimo::TargetOp target = network.targetBehind(value)) {
    error(name.range, kind + " '" + name.text + "' depends on target '" + target.getName() +
                          "', which exists in training and evaluation only")
        .note("target declared", network.bridge.rangeOf(target.getLoc()));
    return;
  }
  mlir::Type element = mlir::getElementTypeOrSelf(value.getType());
  bool exportable = kind == "head" ? llvm::isa<mlir::FloatType>(element) : !element.isInteger(1);
  if (!exportable) {
    error(name.range,
          kind + " '" + name.text + "' is " + mlir::mimo::describe(value.getType()) + "; it must be floating-point")
        .note(element.isInteger(1) ? "float(condition) makes numbers of a condition" : "whole numbers are exported as an 'output'");
    return;
  }
  mlir::mimo::HeadOp::create(network.builder, network.locationOf(name.range), name.text, kind, value);
  exportKinds[name.text] = kind;
}

/// entry e = h1, h2: heads and outputs that one exported function computes, and nothing else.
void Lowering::lowerEntry(const EntryStmt &stmt) {
  llvm::SmallVector<llvm::StringRef> heads, known(exportKinds.keys());
  llvm::sort(known);
  for (const Name &head : stmt.heads) {
    if (llvm::is_contained(heads, head.text)) {
      error(head.range, "'" + head.text + "' stands twice in entry '" + stmt.name.text + "'");
      return;
    }
    if (!exportKinds.contains(head.text)) {
      if (!exports.contains(head.text)) // else it could not be exported, which has been said
        error(head.range, "there is no head or output '" + head.text + "' above").didYouMean(head.text, known);
      return;
    }
    heads.push_back(head.text);
  }
  auto [it, fresh] = exports.try_emplace(stmt.name.text, stmt.name.range);
  if (!fresh) {
    error(stmt.name.range, "'" + stmt.name.text + "' is exported twice").note("the first time is", it->second);
    return;
  }
  mlir::OpBuilder &b = network.builder;
  mlir::mimo::EntryOp::create(b, network.locationOf(stmt.name.range), stmt.name.text, b.getStrArrayAttr(heads));
}

} // namespace mimoc
