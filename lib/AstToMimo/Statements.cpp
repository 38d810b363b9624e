// Statements of files, blocks and models: what they declare, and what they export.
#include "Lowering.h"

#include "llvm/ADT/STLExtras.h"

namespace mimoc {

using namespace ast;

Lowering::Lowering(const File &file, Diagnostics &diagnostics, Network &network)
    : file(file), diagnostics(diagnostics), network(network), statements(network.builder) {
  network.bridge.decorate = [this](Diagnostic &error) { noteExpansions(error); };
}

//===- Errors ------------------------------------------------------------------------------------------------------===//

void Lowering::noteExpansions(Diagnostic &error) {
  constexpr size_t kMostUses = 3; // the innermost uses say enough
  for (const Expansion &expansion : llvm::reverse(llvm::ArrayRef(expansions).take_back(kMostUses)))
    if (expansion.place.begin != error.place.begin)
      error.note("in '" + expansion.callee + "', applied", expansion.place);
}

Diagnostic &Lowering::error(SourceRange place, const llvm::Twine &text) {
  Diagnostic &reported = diagnostics.error(place, text);
  noteExpansions(reported);
  return reported;
}

void Lowering::refuseUnsupported(SourceRange place, const llvm::Twine &what) {
  error(place, what + " is not supported yet");
}

//===- Names -------------------------------------------------------------------------------------------------------===//

bool Lowering::define(Scope &scope, const Name &name, NameKind kind, Datum value) {
  if (name.text == mlir::mimo::kBatchName) {
    error(name.range, "'batch' is a run-time dimension that is always there; it cannot be declared");
    return false;
  }
  auto [it, fresh] = scope.values.insert({name.text, NamedDatum{kind, std::move(value), name.range}});
  if (!fresh)
    error(name.range, "'" + name.text + "' is declared twice")
        .note("the first one is " + describe(it->second.kind) + ", declared", it->second.place);
  return fresh;
}

void Lowering::warnAboutUnused(const Scope &scope) {
  auto warn = [&](SourceRange place, const llvm::Twine &text) {
    if (warned.insert({place.file, place.begin}).second)
      diagnostics.warning(place, text);
  };
  for (const auto &[name, datum] : scope.values)
    if (datum.kind == NameKind::Plain && !datum.used && !datum.value.failed())
      warn(datum.place, "'" + name + "' is never used");
  for (const auto &layer : scope.layers)
    if (!layer.second.firstUse)
      warn(layer.second.statement->name.range, "layer '" + layer.getKey() + "' is never used");
}

//===- Of a file ---------------------------------------------------------------------------------------------------===//

/// What a file declares, and what the files that it imports declare: not what those import. Each file is lowered once.
Scope &Lowering::lowerFile(const File &file) {
  std::unique_ptr<Scope> &known = fileScopes[&file];
  if (known)
    return *known;
  known = std::make_unique<Scope>(nullptr);
  Scope &scope = *known;
  for (const StmtPtr &item : file.items)
    if (const auto *import = llvm::dyn_cast<ImportStmt>(item.get()))
      bringIn(*import, lowerFile(*import->imported), scope);
  for (const StmtPtr &item : file.items)
    if (const auto *block = llvm::dyn_cast<BlockStmt>(item.get()))
      declareBlock(*block, scope);
  for (const StmtPtr &item : file.items) {
    if (const auto *constant = llvm::dyn_cast<ConstStmt>(item.get()))
      lowerConst(*constant, scope);
    else if (const auto *preset = llvm::dyn_cast<DefaultStmt>(item.get()))
      lowerDefault(*preset, scope);
  }
  return scope;
}

/// Blocks and constants that another file declares itself. What is there already under a name was declared elsewhere, or it
/// is the same where a file is imported twice.
void Lowering::bringIn(const ImportStmt &import, const Scope &from, Scope &scope) {
  auto refuse = [&](llvm::StringRef what, llvm::StringRef name, SourceRange place, SourceRange before) {
    if (place.file != before.file)
      error(import.pathRange, "'" + import.path + "' brings " + what + " '" + name + "', which another import brings, too")
          .note("it is declared", place)
          .note("the other one is declared", before);
  };
  for (const auto &entry : from.blocks) {
    SourceRange place = entry.second.statement->name.range;
    if (entry.second.file != &from)
      continue;
    auto [it, fresh] = scope.blocks.try_emplace(entry.getKey(), entry.second);
    if (!fresh)
      refuse("a block", entry.getKey(), place, it->second.statement->name.range);
  }
  for (const auto &[name, datum] : from.values) {
    if (datum.place.file != import.imported->source)
      continue;
    auto [it, fresh] = scope.values.insert({name, datum});
    if (!fresh)
      refuse("a const", name, datum.place, it->second.place);
  }
}

void Lowering::declareBlock(const BlockStmt &block, Scope &scope) {
  if (refuseOperatorName(block.name, "block"))
    return;
  auto [it, fresh] = scope.blocks.try_emplace(block.name.text, Block{&block, &scope});
  if (!fresh)
    error(block.name.range, "block '" + block.name.text + "' is declared twice")
        .note("the first one stands", it->second.statement->name.range);
}

/// Operators, blocks and layers share one namespace.
bool Lowering::refuseOperatorName(const Name &name, llvm::StringRef what) {
  bool taken = name.text == "repeat" || name.text == "len" || network.findOperator(name.text);
  if (taken)
    error(name.range, what + " '" + name.text + "' has the name of an operator");
  return taken;
}

void Lowering::lowerConst(const ConstStmt &stmt, Scope &scope) {
  Datum value = evaluate(*stmt.value, {scope, {}});
  if (value.asTensor()) {
    error(stmt.value->range, "a const is known at compile time; this is " + value.describe());
    value = Datum();
  }
  define(scope, stmt.name, NameKind::Constant, value);
}

//===- Bodies ------------------------------------------------------------------------------------------------------===//

void Lowering::lowerModel(const ModelStmt &model) {
  Scope &ofFile = lowerFile(file);
  current = &model;
  Scope scope(&ofFile);
  if (!bindModelParameters(model, scope))
    return;
  lowerBody(model.body, scope, nullptr);
  requireDeclaredBounds();
  statements.setInsertionPointToEnd(&network.model.getBody().front());
  lowerPhases(model, scope);
  warnAboutUnused(scope);
  checkComplete(model);
}

bool Lowering::bindModelParameters(const ModelStmt &model, Scope &scope) {
  bool bound = true;
  for (const Parameter &parameter : model.parameters) {
    if (!parameter.value)
      error(parameter.name.range, "model parameter '" + parameter.name.text + "' has no value")
          .note("give it one: '" + parameter.name.text + " = ...'");
    Datum value = parameter.value ? evaluate(*parameter.value, {scope, {}}) : Datum();
    if (value.asTensor())
      error(parameter.value->range, "a model parameter is known at compile time; this is " + value.describe());
    bound &= define(scope, parameter.name, NameKind::Constant, value.asTensor() ? Datum() : value);
  }
  return bound;
}

void Lowering::checkComplete(const ModelStmt &model) {
  if (diagnostics.hasErrors())
    return;
  bool hasInput = llvm::any_of(model.body, [](const StmtPtr &stmt) {
    const auto *port = llvm::dyn_cast<PortStmt>(stmt.get());
    return port && port->port == PortKind::Input;
  });
  if (!hasInput)
    error(model.name.range, "model '" + model.name.text + "' has no input").note("declare one: 'input x: f32[batch, 16]'");
  else if (exports.empty() && losses.empty())
    error(model.name.range, "model '" + model.name.text + "' computes nothing; it has no head, output or loss");
}

void Lowering::lowerBody(llvm::ArrayRef<StmtPtr> body, Scope &scope, const Score *score) {
  for (const StmtPtr &stmt : body) {
    if (network.exhausted())
      return;
    if (diagnostics.full()) {
      error(stmt->range, "not looked at"); // is dropped: the list says that it is not complete
      return;
    }
    lowerStatement(*stmt, scope, score);
  }
}

void Lowering::lowerStatement(const Stmt &stmt, Scope &scope, const Score *score) {
  switch (stmt.kind) {
  case Stmt::Kind::Binding: return lowerBinding(llvm::cast<BindingStmt>(stmt), scope, score);
  case Stmt::Kind::Layer: return lowerLayer(llvm::cast<LayerStmt>(stmt), scope);
  case Stmt::Kind::Assert: return lowerAssert(llvm::cast<AssertStmt>(stmt), scope);
  case Stmt::Kind::Default: return lowerDefault(llvm::cast<DefaultStmt>(stmt), scope);
  case Stmt::Kind::Port: return lowerPort(llvm::cast<PortStmt>(stmt), scope);
  case Stmt::Kind::Output: return lowerOutput(llvm::cast<OutputStmt>(stmt), scope);
  case Stmt::Kind::Score: return lowerScore(llvm::cast<ScoreStmt>(stmt), scope);
  case Stmt::Kind::Dim: return lowerDim(llvm::cast<DimStmt>(stmt), scope);
  case Stmt::Kind::Entry: return lowerEntry(llvm::cast<EntryStmt>(stmt));
  // lowerPhases does these when every parameter is there.
  case Stmt::Kind::Train: case Stmt::Kind::Freeze: case Stmt::Kind::Minimize: case Stmt::Kind::Optimizer: case Stmt::Kind::Seed: return;
  // The parser lets these stand in files only.
  case Stmt::Kind::Import: case Stmt::Kind::Const: case Stmt::Kind::Block: case Stmt::Kind::Model: return;
  }
}

//===- Bindings ----------------------------------------------------------------------------------------------------===//

/// What the weights of a binding are called. In a model, both steps and labels come below the name. In a braced block a
/// label is relative to the enclosing part, unless the binding is a part itself. Of several names none can be chosen.
Naming Lowering::namingOf(const BindingStmt &stmt, const Scope &scope) {
  Naming naming = scope.part;
  if (naming.weights == Naming::Weights::Nowhere || stmt.names.size() > 1)
    return naming;
  std::string path = joinPath(scope.part.stepPath, stmt.names[0].text);
  naming.weights = Naming::Weights::InSteps;
  naming.stepPath = path;
  if (!scope.isBlock || stmt.role != Role::Plain)
    naming.labelPath = path;
  return naming;
}

static NameKind kindOf(Role role) {
  switch (role) {
  case Role::Plain: return NameKind::Plain;
  case Role::Branch: case Role::Trunk: return NameKind::Part;
  case Role::Head: return NameKind::Head;
  }
  return NameKind::Plain;
}

/// One value for every name: the value itself, or the results of a block. Failed ones after an error.
Datum::List Lowering::takeApart(llvm::ArrayRef<Name> names, const Datum &value) {
  if (names.size() == 1)
    return {value};
  const Datum::List *results = value.asList();
  if (results && results->size() == names.size())
    return *results;
  if (!value.failed())
    error(names.front().range.upTo(names.back().range),
          llvm::Twine(names.size()) + " names, but the value is " + value.describe());
  return Datum::List(names.size());
}

/// A branch or trunk may also be a list of tensors, like nn.ModuleList.
bool Lowering::mustBeTensors(const Name &name, const Datum &value) {
  const Datum::List *list = value.asList();
  if (!list)
    return mustBeTensor(name, value);
  return llvm::all_of(*list, [&](const Datum &element) { return mustBeTensors(name, element); });
}

bool Lowering::mustBeTensor(const Name &name, const Datum &value) {
  if (!value.failed() && !value.asTensor()) {
    Diagnostic &problem = error(name.range, "'" + name.text + "' must be a tensor; it is " + value.describe());
    if (value.asList())
      problem.note("each of several is named, 'head a, b = ...', or they are joined to one");
  }
  return static_cast<bool>(value.asTensor());
}

void Lowering::lowerBinding(const BindingStmt &stmt, Scope &scope, const Score *score) {
  Datum value = evaluate(*stmt.value, {scope, namingOf(stmt, scope), score, stmt.names.size() == 1 ? &stmt.names[0] : nullptr});
  Datum::List parts = takeApart(stmt.names, value);
  for (auto [name, part] : llvm::zip_equal(stmt.names, parts)) {
    bool isNew = define(scope, name, kindOf(stmt.role), part);
    bool fits = stmt.role == Role::Plain || (stmt.role == Role::Head ? mustBeTensor(name, part) : mustBeTensors(name, part));
    if (stmt.role == Role::Head && isNew && fits)
      exportValue(name, "head", part.asTensor());
  }
}

void Lowering::lowerLayer(const LayerStmt &stmt, Scope &scope) {
  if (refuseOperatorName(stmt.name, "layer"))
    return;
  if (const Block *block = scope.findBlock(stmt.name.text)) {
    error(stmt.name.range, "layer '" + stmt.name.text + "' has the name of a block")
        .note("the block stands", block->statement->name.range);
    return;
  }
  auto [it, fresh] = scope.layers.try_emplace(stmt.name.text, Layer{&stmt, &scope, {}, false});
  if (!fresh)
    error(stmt.name.range, "layer '" + stmt.name.text + "' is declared twice")
        .note("the first one stands", it->second.statement->name.range);
}

void Lowering::lowerAssert(const AssertStmt &stmt, Scope &scope) {
  std::optional<bool> holds = evaluateCondition(*stmt.condition, {scope, scope.part}, "what 'assert' checks");
  if (holds.value_or(true))
    return;
  error(stmt.condition->range, stmt.message ? "assertion failed: " + *stmt.message : std::string("assertion failed"));
}

void Lowering::lowerDefault(const DefaultStmt &stmt, Scope &scope) {
  llvm::StringRef callee = stmt.callee.text;
  const auto *source = network.findOperator(callee);
  if (!source) {
    error(stmt.callee.range, "unknown operator '" + callee + "'").didYouMean(callee, network.operatorNames());
    return;
  }
  mlir::mimo::Signature signature = source->getSignature();
  llvm::SmallVector<llvm::StringRef> options;
  for (const mlir::mimo::Formal &formal : signature)
    if (formal.kind != mlir::mimo::FormalKind::Tensor && formal.kind != mlir::mimo::FormalKind::Tensors)
      options.push_back(formal.name);
  for (const Argument &argument : stmt.arguments) {
    if (!argument.name) {
      error(argument.range, "a default needs the name of the option: 'NAME = ...'");
      continue;
    }
    if (!llvm::is_contained(options, argument.name->text)) {
      error(argument.name->range, callee + " has no option '" + argument.name->text + "'")
          .didYouMean(argument.name->text, options);
      continue;
    }
    const auto *formal = llvm::find_if(signature, [&](const auto &f) { return f.name == argument.name->text; });
    if (std::optional<BoundArgument> bound = bindWritten(callee, *formal, *argument.value, {scope, scope.part}))
      scope.defaults.push_back({callee.str(), formal->name.str(), bound->value, bound->initializer, argument.range});
  }
}

} // namespace mimoc
