// Calls in `minimize` that balance losses: `uncertainty(a, b)`, `dwa(a, 0.5 * b, period = 100)`. The rules are ops; nothing
// here knows which there are.
#include "Terms.h"

#include "mimo/IR/Sharing.h"
#include "mlir/IR/Verifier.h"
#include "llvm/ADT/STLExtras.h"

namespace mimoc {

using namespace ast;

/// Collects one argument: a loss, perhaps with a factor.
bool Lowering::collectBalanced(const Expr &expr, const Balance &balance, Scope &scope, Terms &terms) {
  if (!mentionsObjective(expr, scope) && !llvm::isa<NameExpr>(expr)) {
    error(expr.range, balance.name + " balances losses; this is none");
    return false;
  }
  size_t before = terms.all.size(), balancesBefore = terms.balances.size();
  if (!collectTerms(expr, 1, scope, terms))
    return false;
  if (terms.balances.size() != balancesBefore) {
    error(expr.range, balance.name + " balances losses, not what another rule has balanced");
    return false;
  }
  bool isLoss = terms.all.size() == before + 1 && terms.all.back().loss;
  if (!isLoss)
    error(expr.range, balance.name + " balances losses, one an argument; fixed sums and penalties stand beside it");
  return isLoss;
}

/// The settings of a rule as the attributes of its op; null after an error.
mlir::DictionaryAttr Lowering::bindSettings(const CallExpr &expr, llvm::ArrayRef<Argument> settings,
                                            const Balance &balance, Scope &scope) {
  mlir::mimo::Signature signature = balance.rule->getSettings();
  Use use{{llvm::cast<NameExpr>(*expr.callee).name, expr.callee->range}, {}, settings, {}};
  std::optional<BoundArguments> bound = bind(use, signature, {scope, scope.part});
  if (!bound)
    return {};
  mlir::NamedAttrList attributes;
  for (const mlir::mimo::Formal &formal : signature)
    if (const BoundArgument &argument = bound->find(formal.name)->second; !argument.value.failed())
      attributes.set(formal.name, settingAttribute(network.builder, formal, argument.value));
  if (balance.rule->isRandom())
    attributes.set("site", network.builder.getI64IntegerAttr(network.randomSite(joinPath(joinPath("minimize", phase), balance.name))));
  return attributes.getDictionary(network.builder.getContext());
}

bool Lowering::collectBalance(const CallExpr &expr, const mlir::mimo::BalancingRule::Concept &rule, double factor,
                              Scope &scope, Terms &terms) {
  Balance balance{&rule, expr.callee->range.text().str(), expr.callee->range, {}, {}, {}};
  bool fits = factor == 1;
  if (!fits)
    error(expr.callee->range, balance.name + "(..) has no factor of its own")
        .note("give factors to its losses, or to the other terms of 'minimize'");
  llvm::ArrayRef<Argument> arguments = expr.arguments;
  auto losses = arguments.take_until([](const Argument &argument) { return argument.name.has_value(); });
  auto settings = arguments.drop_front(losses.size()); // the parser wants them last
  size_t first = terms.all.size();
  for (const Argument &argument : losses)
    fits &= collectBalanced(*argument.value, balance, scope, terms);
  if (fits && losses.size() < 2) {
    error(expr.callee->range, balance.name + " balances at least two losses, like " + balance.name + "(first, second)");
    return false;
  }
  balance.settings = bindSettings(expr, settings, balance, scope);
  if (!fits || !balance.settings)
    return false;
  for (const Term &term : llvm::ArrayRef(terms.all).drop_front(first)) {
    balance.terms.push_back(term.name);
    balance.termPlaces.push_back(term.place);
  }
  terms.balances.push_back(std::move(balance));
  return true;
}

/// Makes what the rule keeps of each loss: parameters called minimize.<loss>, which no part of a network can be called, or
/// minimize.<train block>.<loss>.
llvm::SmallVector<mlir::Value> Lowering::makeBalancingState(const Balance &balance) {
  llvm::SmallVector<mlir::Value> state;
  std::optional<mlir::mimo::BalancingState> kept = balance.rule->getKeptOfLoss();
  for (const std::string &term : kept ? llvm::ArrayRef(balance.terms) : llvm::ArrayRef<std::string>()) {
    std::string name = joinPath(joinPath("minimize", phase), term);
    mlir::Value value = network.addParameter(name, kept->shape, {"constant", 0, 0}, balance.place);
    auto parameter = llvm::cast<mlir::mimo::ParamOp>(value.getDefiningOp());
    parameter.setUpdate(kept->update);
    balancingStates.emplace_back(parameter, phase);
    state.push_back(value);
  }
  return state;
}

/// What the source calls a value; else the call that made it.
std::string Lowering::nameOf(mlir::Value value, const Scope &scope) {
  for (const auto &[name, datum] : scope.values)
    if (datum.value.asTensor() == value)
      return name.str();
  if (auto parameter = value.getDefiningOp<mlir::mimo::ParamOp>())
    return parameter.getName().str();
  SourceRange place = network.bridge.rangeOf(value.getLoc());
  return place ? (place.text() + " of line " + llvm::Twine(place.start().line)).str() : "a value";
}

/// The values at which a rule of gradients compares the losses; none after an error.
llvm::SmallVector<mlir::Value> Lowering::findShared(const Balance &balance) {
  llvm::SmallVector<mlir::Value> values, shared;
  for (const std::string &term : balance.terms)
    values.push_back(losses.lookup(term).getValue());
  llvm::SmallBitVector reached(values.size());
  for (const mlir::mimo::SharedValue &found : mlir::mimo::findSharedValues(network.model.getBody().front(), values, phase)) {
    shared.push_back(found.value);
    reached |= found.losses;
  }
  if (shared.empty()) {
    error(balance.place, balance.name + ": these losses share nothing that depends on weights")
        .note("gradients are compared where losses part, at the output of a trunk; here a sum of the losses does the same");
    return {};
  }
  for (int k = reached.find_first_unset(); k >= 0; k = reached.find_next_unset(k))
    error(balance.termPlaces[k], balance.name + ": loss '" + balance.terms[k] + "' shares no weights with the others")
        .note("let it stand beside: '" + balance.name + "(..) + " + balance.terms[k] + "'");
  return reached.all() ? shared : llvm::SmallVector<mlir::Value>();
}

void Lowering::lowerBalance(const Balance &balance, const Scope &scope) {
  if (llvm::any_of(balance.terms, [&](const std::string &term) { return !losses.lookup(term); }))
    return; // an error was reported
  mlir::OpBuilder &b = network.builder;
  mlir::Location location = network.locationOf(balance.place);
  llvm::SmallVector<mlir::Value> state = makeBalancingState(balance), shared;
  llvm::SmallVector<llvm::StringRef> terms(balance.terms.begin(), balance.terms.end());
  mlir::ArrayAttr places;
  if (balance.rule->weighsGradients()) {
    shared = findShared(balance);
    if (shared.empty())
      return;
    std::vector<std::string> names;
    for (mlir::Value value : shared)
      names.push_back(nameOf(value, scope));
    places = b.getStrArrayAttr(llvm::SmallVector<llvm::StringRef>(names.begin(), names.end()));
  }
  mlir::Value random = balance.rule->isRandom() ? network.randomState() : mlir::Value();
  auto made = mlir::mimo::BalanceOp::create(statements, location, b.getStringAttr(balance.name), b.getStrArrayAttr(terms),
                                            balance.settings, places, state, shared, random);
  (void)mlir::verify(made); // says what is wrong with the settings, at the call
}

} // namespace mimoc
