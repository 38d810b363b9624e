// minimize: what is minimised.
#include "Terms.h"

#include "mimo/IR/Objectives.h"
#include "llvm/ADT/STLExtras.h"

#include <cmath>

namespace mimoc {

using namespace ast;

static bool isPenalty(llvm::StringRef name) { return name == "l1" || name == "l2"; }

//===- minimize ----------------------------------------------------------------------------------------------------===//

void Lowering::lowerMinimize(const MinimizeStmt &stmt, Scope &scope) {
  Terms terms;
  if (!collectTerms(*stmt.value, 1, scope, terms))
    return;
  for (Term &term : terms.all) {
    mlir::Location location = network.locationOf(term.place);
    mlir::Value value = term.loss ? term.loss.getValue() : mlir::Value();
    if (!term.penalty.empty()) {
      auto penalty = mlir::mimo::buildPenalty(network.builder, location, term.penalty, term.weights, network.precision());
      value = mlir::succeeded(penalty) ? *penalty : mlir::Value();
    }
    if (value)
      mlir::mimo::ObjectiveOp::create(statements, location, term.name, llvm::APFloat(term.coefficient), value);
  }
  for (const Balance &balance : terms.balances)
    lowerBalance(balance, scope);
}

/// Whether a loss or a penalty stands in the expression; what has none is a coefficient.
bool Lowering::mentionsObjective(const Expr &expr, Scope &scope) {
  if (const auto *name = llvm::dyn_cast<NameExpr>(&expr)) {
    NamedDatum *named = scope.find(name->name);
    return named && (named->kind == NameKind::Loss || named->kind == NameKind::Metric);
  }
  if (const auto *unary = llvm::dyn_cast<UnaryExpr>(&expr))
    return mentionsObjective(*unary->operand, scope);
  if (const auto *binary = llvm::dyn_cast<BinaryExpr>(&expr))
    return mentionsObjective(*binary->left, scope) || mentionsObjective(*binary->right, scope);
  return llvm::isa<CallExpr>(expr);
}

bool Lowering::collectTerms(const Expr &expr, double factor, Scope &scope, Terms &terms) {
  if (const auto *name = llvm::dyn_cast<NameExpr>(&expr))
    return collectLoss(*name, factor, scope, terms);
  if (const auto *call = llvm::dyn_cast<CallExpr>(&expr))
    return collectCall(*call, factor, scope, terms);
  if (const auto *unary = llvm::dyn_cast<UnaryExpr>(&expr); unary && unary->op == UnaryOp::Negate)
    return collectTerms(*unary->operand, -factor, scope, terms);
  if (const auto *conditional = llvm::dyn_cast<ConditionalExpr>(&expr)) {
    std::optional<bool> condition = evaluateCondition(*conditional->condition, {scope, scope.part}, "the condition of 'if'");
    return condition && collectTerms(*condition ? *conditional->then : *conditional->otherwise, factor, scope, terms);
  }
  const auto *binary = llvm::dyn_cast<BinaryExpr>(&expr);
  if (binary && (binary->op == BinaryOp::Add || binary->op == BinaryOp::Subtract)) {
    bool left = collectTerms(*binary->left, factor, scope, terms);
    bool right = collectTerms(*binary->right, binary->op == BinaryOp::Add ? factor : -factor, scope, terms);
    return left && right;
  }
  if (binary && (binary->op == BinaryOp::Multiply || binary->op == BinaryOp::Divide))
    return collectProduct(*binary, factor, scope, terms);
  error(expr.range, "'minimize' takes a sum of losses, l1(..) and l2(..), each with a number as factor");
  return false;
}

bool Lowering::collectProduct(const BinaryExpr &expr, double factor, Scope &scope, Terms &terms) {
  bool divides = expr.op == BinaryOp::Divide;
  bool left = mentionsObjective(*expr.left, scope), right = mentionsObjective(*expr.right, scope);
  if (left == right || (divides && right)) {
    error(expr.opRange, left ? "'minimize' is linear in the losses"
                             : "a term of 'minimize' without a loss, l1(..) or l2(..)");
    return false;
  }
  const Expr &constant = left ? *expr.right : *expr.left, &objective = left ? *expr.left : *expr.right;
  Datum number = evaluate(constant, {scope, scope.part});
  if (!number.asNumber()) {
    if (!number.failed())
      error(constant.range, "a factor in 'minimize' must be a number, not " + number.describe());
    return false;
  }
  double product = divides ? factor / *number.asNumber() : factor * *number.asNumber();
  if (std::isfinite(product))
    return collectTerms(objective, product, scope, terms);
  error(expr.opRange, divides && *number.asNumber() == 0 ? "division by zero" : "this factor is not a finite number");
  return false;
}

bool Lowering::collectLoss(const NameExpr &expr, double factor, Scope &scope, Terms &terms) {
  NamedDatum *named = scope.find(expr.name);
  if (named && named->kind == NameKind::Loss) {
    mlir::mimo::LossOp loss = losses.lookup(expr.name);
    return addTerm({expr.name.str(), factor, expr.range, loss}, terms);
  }
  std::vector<llvm::StringRef> known;
  for (const auto &loss : losses)
    known.push_back(loss.getKey());
  llvm::sort(known);
  Diagnostic &unknown = error(expr.range, named ? "'" + expr.name + "' is " + describe(named->kind) + ", not a loss"
                                                : "unknown loss '" + expr.name + "'");
  if (named)
    unknown.note("declared", named->place);
  else
    unknown.didYouMean(expr.name, known);
  return false;
}

/// A penalty on weights, or a rule that balances losses.
bool Lowering::collectCall(const CallExpr &expr, double factor, Scope &scope, Terms &terms) {
  const auto *name = llvm::dyn_cast<NameExpr>(expr.callee.get());
  if (name && isPenalty(name->name))
    return collectPenalty(expr, *name, factor, terms);
  if (const auto *rule = name ? network.findBalancing(name->name) : nullptr)
    return collectBalance(expr, *rule, factor, scope, terms);
  std::vector<llvm::StringRef> known = network.balancingNames();
  known.insert(known.end(), {"l1", "l2"});
  llvm::sort(known);
  llvm::StringRef callee = expr.callee->range.text();
  error(expr.callee->range, "unknown term '" + callee + "(..)'; 'minimize' takes losses, l1(..), l2(..), and rules that "
                            "balance losses, like uncertainty(..)")
      .didYouMean(callee, known);
  return false;
}

bool Lowering::collectPenalty(const CallExpr &expr, const NameExpr &callee, double factor, Terms &terms) {
  bool oneArgument = expr.arguments.size() == 1 && !expr.arguments[0].name;
  std::optional<Path> path = oneArgument ? asPath(*expr.arguments[0].value) : std::nullopt;
  if (!path) {
    error(expr.range, callee.name + " takes 'all' or one part of the network, like " + callee.name + "(features)");
    return false;
  }
  if (path->hasWildcard()) {
    refuseUnsupported(path->range, "a wildcard in " + callee.name + "(..)");
    return false;
  }
  std::string coefficient = (callee.name + "_" + path->str()).str();
  llvm::replace(coefficient, '.', '_');
  Term term{coefficient, factor, expr.range, {}, callee.name};
  return selectWeights(*path, path->range, term.weights) && addTerm(std::move(term), terms);
}

/// What a path may name: every parameter, and every part that has some.
std::vector<llvm::StringRef> Lowering::partsOfNetwork() const {
  std::vector<llvm::StringRef> parts;
  for (const Network::Parameter &parameter : network.parameters()) {
    llvm::StringRef name = parameter.name;
    for (size_t dot = name.find('.'); dot != llvm::StringRef::npos; dot = name.find('.', dot + 1))
      if (!llvm::is_contained(parts, name.take_front(dot)))
        parts.push_back(name.take_front(dot));
    parts.push_back(name);
  }
  return parts;
}

/// The parameters of rank 2 and up at `path` or below.
bool Lowering::selectWeights(const Path &path, SourceRange place, llvm::SmallVectorImpl<mlir::Value> &weights) {
  std::string group = path.str();
  bool any = false;
  for (const Network::Parameter &parameter : network.parameters()) {
    llvm::StringRef name = parameter.name;
    if (group != "all" && name != group && !name.starts_with(group + "."))
      continue;
    any = true;
    if (llvm::cast<mlir::RankedTensorType>(parameter.value.getType()).getRank() >= 2)
      weights.push_back(parameter.value);
  }
  if (!weights.empty())
    return true;
  if (!any && diagnostics.hasErrors())
    return false; // the part may be one that could not be made
  if (any)
    error(place, "'" + group + "' has no weights of rank 2 or more; biases are not penalised");
  else if (group == "all")
    error(place, "the model has no parameters");
  else
    error(place, "no part of the network is called '" + group + "'").didYouMean(group, partsOfNetwork());
  return false;
}

bool Lowering::addTerm(Term term, Terms &terms) {
  for (const Term &other : terms.all) {
    if (other.name != term.name)
      continue;
    error(term.place, "'" + term.name + "' stands twice in 'minimize'").note("the first time is", other.place);
    return false;
  }
  if (!term.penalty.empty() && losses.contains(term.name)) {
    error(term.place, "the coefficient of this penalty is called '" + term.name + "', as a loss is");
    return false;
  }
  terms.all.push_back(std::move(term));
  return true;
}

//===- settings ----------------------------------------------------------------------------------------------------===//

mlir::Attribute settingAttribute(mlir::Builder &b, const mlir::mimo::Formal &formal, const Datum &value) {
  using mlir::mimo::FormalKind;
  auto number = [](const Datum &element) { return *element.asNumber(); };
  auto integer = [](const Datum &element) { return *element.asInteger(); };
  switch (formal.kind) {
  case FormalKind::Number: return b.getF64FloatAttr(*value.asNumber());
  case FormalKind::Integer: return b.getI64IntegerAttr(*value.asInteger());
  case FormalKind::Flag: return b.getBoolAttr(*value.asFlag());
  case FormalKind::Numbers: return b.getDenseF64ArrayAttr(llvm::map_to_vector(*value.asList(), number));
  case FormalKind::Integers: return b.getDenseI64ArrayAttr(llvm::map_to_vector(*value.asList(), integer));
  case FormalKind::Text: case FormalKind::Word: return b.getStringAttr(*value.asText());
  case FormalKind::Tensor: case FormalKind::Tensors: case FormalKind::Sizes: case FormalKind::Initializer: break;
  }
  return {};
}

} // namespace mimoc
