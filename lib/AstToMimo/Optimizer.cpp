// optimizer: its rule, its settings, and the groups of parameters that `with` treats differently.
#include "ParameterPattern.h"
#include "Terms.h"

#include "mlir/IR/Verifier.h"
#include "llvm/ADT/STLExtras.h"

namespace mimoc {

using namespace ast;
using mlir::mimo::Formal;
using mlir::mimo::FormalKind;
using mlir::mimo::Signature;

/// Stands for every parameter of rank 0 and 1, unless a part has this name: biases, scales and shifts of norms.
static constexpr llvm::StringLiteral kVectors = "vectors";

/// One path of `with`, and the settings that stand there.
struct Lowering::GroupOptions {
  std::string path;
  ParameterPattern pattern;
  SourceRange place;
  bool isVectors = false;
  llvm::StringMap<BoundArgument> settings; ///< those that are given
  std::string rate;                        ///< the run-time field of its learning rate

  bool matches(const Network::Parameter &parameter) const {
    if (isVectors)
      return llvm::cast<mlir::RankedTensorType>(parameter.value.getType()).getRank() <= 1;
    return pattern.matches(parameter.name);
  }
  std::pair<size_t, size_t> specificity() const { return isVectors ? std::pair<size_t, size_t>(0, 0) : pattern.specificity(); }
};

//===- Settings ----------------------------------------------------------------------------------------------------===//

/// What every optimizer takes besides its rule's settings.
static Signature withCommonSettings(Signature signature) {
  for (llvm::StringRef name : {"clip_norm", "clip_value", "average"})
    signature.push_back({name, FormalKind::Number, {}, /*optional=*/true});
  signature.back().words = {"equal"};
  return signature;
}

bool Lowering::isNegativeRate(const BoundArgument &rate) {
  if (!(*rate.value.asNumber() < 0))
    return false;
  error(rate.place, "a learning rate of " + mlir::mimo::describe(*rate.value.asNumber()) + " is negative");
  return true;
}

void Lowering::lowerOptimizer(const OptimizerStmt &stmt, Scope &scope) {
  std::string name = stmt.call.callee.str();
  const mlir::mimo::OptimizerRule::Concept *rule = stmt.call.callee.isName() ? network.findOptimizer(name) : nullptr;
  if (!rule) {
    error(stmt.call.callee.range, "unknown optimizer '" + name + "'").didYouMean(name, network.optimizerNames());
    return;
  }
  for (const Network::Parameter &parameter : network.parameters())
    if (llvm::cast<mlir::mimo::ParamOp>(parameter.value.getDefiningOp()).getSparseRows() && !rule->isElementwise()) {
      error(stmt.call.callee.range, "'" + name + "' cannot update the rows of a sparse embedding alone").note("it stands", parameter.place);
      return;
    }
  Signature signature = rule->getSettings();
  Use use{{stmt.call.callee.parts[0].text, stmt.call.callee.range}, {}, stmt.call.arguments, {}};
  std::optional<BoundArguments> bound = bind(use, withCommonSettings(signature), {scope, scope.part});
  std::vector<GroupOptions> groups;
  bool fits = bound.has_value();
  for (const Call &group : stmt.groups)
    fits &= bindGroup(group, signature, scope, groups);
  if (!fits || isNegativeRate(bound->find("lr")->second))
    return;

  mlir::OpBuilder &b = network.builder;
  mlir::NamedAttrList settings;
  for (const Formal &formal : signature)
    if (formal.name != "lr")
      settings.set(formal.name, settingAttribute(b, formal, bound->find(formal.name)->second.value));
  auto common = [&](llvm::StringRef option) {
    std::optional<double> number = bound->find(option)->second.value.asNumber();
    return number ? b.getF64FloatAttr(*number) : mlir::FloatAttr();
  };
  bool isEqual = bound->find("average")->second.value.asText();
  auto optimizer = mlir::mimo::OptimizerOp::create(
      statements, network.locationOf(stmt.call.callee.range), b.getStringAttr(name),
      b.getF64FloatAttr(*bound->find("lr")->second.value.asNumber()), settings.getDictionary(b.getContext()),
      common("clip_norm"), common("clip_value"), common("average"), isEqual ? b.getUnitAttr() : mlir::UnitAttr());
  if (mlir::succeeded(mlir::verify(optimizer))) // says what is wrong with the settings, at the call
    addGroups(optimizer, signature, groups);
}

//===- Groups ------------------------------------------------------------------------------------------------------===//

/// Reads one path(settings), and checks that there is such a part.
bool Lowering::bindGroup(const Call &call, const Signature &signature, Scope &scope, std::vector<GroupOptions> &groups) {
  Signature all = signature;
  for (Formal &formal : all)
    formal.fallback = {}, formal.optional = true;
  GroupOptions group{call.callee.str(), ParameterPattern(call.callee), call.callee.range, false, {}, {}};
  group.rate = "learning_rate_" + group.pattern.fieldName();
  for (unsigned same = 1; llvm::any_of(groups, [&](const GroupOptions &other) { return other.rate == group.rate; });)
    group.rate = "learning_rate_" + group.pattern.fieldName() + "_" + std::to_string(++same);
  std::optional<BoundArguments> bound = bind({{group.path, call.callee.range}, {}, call.arguments, {}}, all, {scope, scope.part});
  if (!bound)
    return false;
  for (const Formal &formal : all)
    if (BoundArgument &argument = bound->find(formal.name)->second; argument.given)
      group.settings[formal.name] = std::move(argument);
  if (group.settings.empty()) {
    error(call.range, "'" + group.path + "' sets nothing").note("write '" + group.path + "(lr = 1e-4)'");
    return false;
  }
  if (auto rate = group.settings.find("lr"); rate != group.settings.end() && isNegativeRate(rate->second))
    return false;
  bool hasPart = llvm::any_of(network.parameters(), [&](const Network::Parameter &p) { return group.pattern.matches(p.name); });
  group.isVectors = group.path == kVectors && !hasPart;
  if (llvm::none_of(network.parameters(), [&](const Network::Parameter &p) { return group.matches(p) && isTrained(p); })) {
    refuseEmptyGroup(group);
    return false;
  }
  groups.push_back(std::move(group));
  return true;
}

void Lowering::refuseEmptyGroup(const GroupOptions &group) {
  if (diagnostics.hasErrors())
    return; // the part may be one that could not be made
  if (llvm::any_of(network.parameters(), [&](const Network::Parameter &p) { return group.matches(p); }))
    error(group.place, "'" + group.path + "' is frozen, so the optimizer does nothing with it");
  else
    error(group.place, "no parameter is at or below '" + group.path + "'").didYouMean(group.path, partsOfNetwork());
}

/// The group whose setting holds for a parameter, null if none sets it. A tie is an error.
const Lowering::GroupOptions *Lowering::mostSpecific(const Network::Parameter &parameter, llvm::StringRef option,
                                                     llvm::ArrayRef<GroupOptions> groups) {
  const GroupOptions *best = nullptr, *tied = nullptr;
  for (const GroupOptions &group : groups) {
    if (!group.settings.contains(option) || !group.matches(parameter))
      continue;
    if (best && group.specificity() == best->specificity())
      tied = &group;
    else if (!best || group.specificity() > best->specificity())
      best = &group, tied = nullptr;
  }
  if (!tied)
    return best;
  error(tied->place, "'" + best->path + "' and '" + tied->path + "' both set '" + option + "' of '" + parameter.name +
                         "', and neither says more names")
      .note("the other one stands", best->place)
      .note("add a path that names more of '" + parameter.name + "'");
  return nullptr;
}

/// One group for every combination of settings that some parameters have.
void Lowering::addGroups(mlir::mimo::OptimizerOp optimizer, const Signature &signature, llvm::ArrayRef<GroupOptions> groups) {
  using Sources = std::vector<const GroupOptions *>; // where each setting is from; null: from the optimizer
  std::vector<std::pair<Sources, llvm::SmallVector<llvm::StringRef>>> found;
  unsigned errorsBefore = diagnostics.errorCount();
  for (const Network::Parameter &parameter : network.parameters()) {
    if (!isTrained(parameter))
      continue;
    Sources sources;
    for (const Formal &formal : signature)
      sources.push_back(mostSpecific(parameter, formal.name, groups));
    if (diagnostics.errorCount() != errorsBefore)
      return;
    if (llvm::none_of(sources, [](const GroupOptions *source) { return source; }))
      continue;
    auto same = llvm::find_if(found, [&](const auto &entry) { return entry.first == sources; });
    if (same == found.end())
      same = found.insert(same, {sources, {}});
    same->second.push_back(parameter.name);
  }

  mlir::OpBuilder &b = network.builder;
  for (const auto &[sources, parameters] : found) {
    mlir::NamedAttrList settings(optimizer.getSettings());
    mlir::StringAttr rate;
    mlir::FloatAttr learningRate;
    std::string name;
    for (const GroupOptions &group : groups)
      if (llvm::is_contained(sources, &group))
        name += (name.empty() ? "" : ", ") + group.path;
    for (auto [formal, source] : llvm::zip_equal(signature, sources)) {
      if (!source)
        continue;
      const Datum &value = source->settings.find(formal.name)->second.value;
      if (formal.name != "lr")
        settings.set(formal.name, settingAttribute(b, formal, value));
      else
        rate = b.getStringAttr(source->rate), learningRate = b.getF64FloatAttr(*value.asNumber());
    }
    const GroupOptions &first = **llvm::find_if(sources, [](const GroupOptions *source) { return source; });
    auto group = mlir::mimo::GroupOp::create(statements, network.locationOf(first.place), b.getStringAttr(name),
                                             settings.getDictionary(b.getContext()), b.getStrArrayAttr(parameters), rate, learningRate);
    if (mlir::failed(mlir::verify(group)))
      return;
  }
}

} // namespace mimoc
