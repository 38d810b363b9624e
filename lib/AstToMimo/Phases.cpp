// Ways of training: what stands in a model itself, or in its train blocks, and what each of them freezes.
#include "ParameterPattern.h"
#include "Lowering.h"

#include "llvm/ADT/STLExtras.h"

namespace mimoc {

using namespace ast;

/// These statements come last: a penalty on `all` counts every parameter, wherever the statement stands.
void Lowering::lowerPhases(const ModelStmt &model, Scope &scope) {
  if (const Stmt *seed = onlyStatement(model.body, Stmt::Kind::Seed, "seed"))
    if (std::optional<uint64_t> number = evaluateSeed(llvm::cast<SeedStmt>(*seed), scope))
      network.model.setSeed(*number);
  if (llvm::none_of(model.body, [](const StmtPtr &stmt) { return llvm::isa<TrainStmt>(*stmt); }))
    return lowerPhase(model.body, scope);
  if (!checkPhases(model))
    return;
  for (const StmtPtr &stmt : model.body)
    if (const auto *train = llvm::dyn_cast<TrainStmt>(stmt.get()))
      lowerTrain(*train, scope);
  keepStatesApart();
}

/// A model trains in one way itself, or in the ways of its train blocks; these are functions of their own, as losses are.
bool Lowering::checkPhases(const ModelStmt &model) {
  unsigned errorsBefore = diagnostics.errorCount();
  llvm::StringMap<SourceRange> names;
  for (const StmtPtr &stmt : model.body) {
    bool trains = stmt->kind == Stmt::Kind::Minimize || stmt->kind == Stmt::Kind::Optimizer || stmt->kind == Stmt::Kind::Freeze;
    if (trains)
      error(stmt->keyword, "'" + stmt->keyword.text() + "' stands beside train blocks").note("move it into the block that it is for");
    const auto *train = llvm::dyn_cast<TrainStmt>(stmt.get());
    if (!train)
      continue;
    const Name &name = train->name;
    if (auto [first, isNew] = names.try_emplace(name.text, name.range); !isNew)
      error(name.range, "train block '" + name.text + "' is declared twice").note("the first one stands", first->second);
    if (auto loss = losses.find(name.text); loss != losses.end())
      error(name.range, "train block '" + name.text + "' has the name of a loss, and each has a function 'backward_" + name.text + "'")
          .note("the loss is declared", network.bridge.rangeOf(loss->second.getLoc()));
  }
  return diagnostics.errorCount() == errorsBefore;
}

void Lowering::lowerTrain(const TrainStmt &train, Scope &scope) {
  mlir::OpBuilder::InsertionGuard guard(network.builder);
  auto op = mlir::mimo::PhaseOp::create(network.builder, network.locationOf(train.name.range), network.builder.getStringAttr(train.name.text),
                                        /*seed=*/mlir::IntegerAttr());
  op.getBody().emplaceBlock();
  if (const Stmt *seed = onlyStatement(train.body, Stmt::Kind::Seed, "seed"))
    if (std::optional<uint64_t> number = evaluateSeed(llvm::cast<SeedStmt>(*seed), scope))
      op.setSeed(*number);
  phase = train.name.text.str();
  // Penalties and what balancing keeps are values of the model, before the block that names them.
  network.builder.setInsertionPoint(op);
  statements.setInsertionPointToEnd(&op.getBody().front());
  if (!onlyStatement(train.body, Stmt::Kind::Minimize, "minimize"))
    error(train.name.range, "train block '" + train.name.text + "' has nothing to minimize").note("say what: 'minimize' and the losses");
  else
    lowerPhase(train.body, scope);
  statements.setInsertionPointToEnd(&network.model.getBody().front());
  phase.clear();
}

void Lowering::lowerPhase(llvm::ArrayRef<StmtPtr> body, Scope &scope) {
  for (const StmtPtr &stmt : body)
    if (const auto *freeze = llvm::dyn_cast<FreezeStmt>(stmt.get()))
      if (!lowerFreeze(*freeze))
        return;
  const Stmt *minimize = onlyStatement(body, Stmt::Kind::Minimize, "minimize");
  const Stmt *optimizer = onlyStatement(body, Stmt::Kind::Optimizer, "optimizer");
  if (minimize)
    lowerMinimize(llvm::cast<MinimizeStmt>(*minimize), scope);
  if (optimizer)
    lowerOptimizer(llvm::cast<OptimizerStmt>(*optimizer), scope);
  if (optimizer && !minimize)
    error(optimizer->keyword, "there is an optimizer, but nothing to minimize").note("say what: 'minimize' and the losses");
}

/// The one statement of a kind, null if there is none; a second one is an error.
const Stmt *Lowering::onlyStatement(llvm::ArrayRef<StmtPtr> body, Stmt::Kind kind, llvm::StringRef keyword) {
  const Stmt *found = nullptr;
  for (const StmtPtr &stmt : body) {
    if (stmt->kind != kind)
      continue;
    if (found)
      error(stmt->keyword, "'" + keyword + "' is given twice").note("the first one stands", found->keyword);
    else
      found = stmt.get();
  }
  return found;
}

std::optional<uint64_t> Lowering::evaluateSeed(const SeedStmt &stmt, Scope &scope) {
  std::optional<int64_t> seed = evaluateInteger(*stmt.value, {scope, scope.part}, "a seed");
  if (!seed || *seed >= 0)
    return seed;
  error(stmt.value->range, "a seed of " + llvm::Twine(*seed) + " is negative");
  return std::nullopt;
}

//===- freeze ------------------------------------------------------------------------------------------------------===//

bool Lowering::isTrained(const Network::Parameter &parameter) const {
  return !mlir::mimo::isFrozen(parameter.value.getDefiningOp(), phase);
}

bool Lowering::lowerFreeze(const FreezeStmt &stmt) {
  bool found = true;
  for (const Path &path : stmt.paths)
    found &= freezePath(path);
  if (!found || llvm::any_of(network.parameters(), [&](const Network::Parameter &parameter) { return isTrained(parameter); }))
    return found;
  error(stmt.keyword, "every parameter is frozen: there is nothing to train");
  return false;
}

/// Parameters at the path or below, and the steps there that do something else in training (dropout).
bool Lowering::freezePath(const Path &path) {
  ParameterPattern pattern(path);
  bool any = false;
  auto visit = [&](mlir::Operation *op, llvm::StringRef name) {
    if (!pattern.matches(name))
      return;
    any = true;
    if (!mlir::mimo::isFrozen(op, phase))
      mlir::mimo::freeze(op, phase);
  };
  for (const Network::Parameter &parameter : network.parameters())
    visit(parameter.value.getDefiningOp(), parameter.name);
  for (auto &[op, step] : modeDependent)
    visit(op, step);
  if (any)
    return true;
  if (!diagnostics.hasErrors()) // else the part may be one that could not be made
    error(path.range, "no parameter is at or below '" + path.str() + "'").didYouMean(path.str(), partsOfNetwork());
  return false;
}

/// What a balancing rule keeps of a loss is its own block's: no other one trains it.
void Lowering::keepStatesApart() {
  for (const auto &[parameter, owner] : balancingStates)
    for (auto other : network.model.getBody().getOps<mlir::mimo::PhaseOp>())
      if (other.getName() != owner)
        mlir::mimo::freeze(parameter, other.getName());
}

} // namespace mimoc
