// Steps, calls, and the expansion of blocks, layers and repeat. What weights are called is decided here, as in PyTorch's
// nn.Sequential: one step gives name.weight, several give name.<i>.weight with i counting all steps, a label replaces the
// index, and a block that is applied in a step adds its own steps below.
#include "Lowering.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/SaveAndRestore.h"

namespace mimoc {

using namespace ast;

static constexpr unsigned kMaxExpansions = 256;
static constexpr llvm::StringLiteral kRepeat = "repeat";
static constexpr llvm::StringLiteral kLen = "len";

/// Pushes what is being expanded, and pops it at the end of the C++ scope.
class Lowering::Expanding {
public:
  Expanding(Lowering &lowering, Expansion expansion) : lowering(lowering) { lowering.expansions.push_back(expansion); }
  ~Expanding() { lowering.expansions.pop_back(); }
  Expanding(const Expanding &) = delete;

private:
  Lowering &lowering;
};

//===- Steps -------------------------------------------------------------------------------------------------------===//

/// What step `index` of `count` makes is called.
static Naming namingOfStep(const Naming &around, const Step &step, size_t index, size_t count) {
  Naming naming = around;
  if (around.weights == Naming::Weights::Nowhere)
    return naming;
  if (step.label)
    naming.stepPath = joinPath(joinPath(around.labelPath, step.label->text), around.index);
  else if (around.weights == Naming::Weights::InSteps && count > 1)
    naming.stepPath = joinPath(around.stepPath, std::to_string(index));
  naming.labelPath = naming.stepPath;
  naming.index.clear();
  bool named = step.label || around.weights == Naming::Weights::InSteps;
  naming.weights = named ? Naming::Weights::InSteps : Naming::Weights::Nowhere;
  naming.unnamed = step.call.callee.range;
  naming.unnamedIsStep = true;
  return naming;
}

/// The results of a block are the first arguments of the next step.
static std::vector<Datum> spread(const Datum &datum) {
  if (const Datum::List *elements = datum.asList())
    return *elements;
  return {datum};
}

Datum Lowering::applySteps(llvm::ArrayRef<Step> steps, Datum input, const Context &context) {
  for (auto [index, step] : llvm::enumerate(steps)) {
    const Path &callee = step.call.callee;
    if (!callee.isName()) {
      error(callee.range, "'" + callee.str() + "' is no operator, block or layer");
      input = Datum();
      continue;
    }
    Use use{callee.parts[0], spread(input), step.call.arguments, namingOfStep(context.naming, step, index, steps.size())};
    input = apply(use, context.inner());
  }
  return input;
}

Datum Lowering::evaluatePipe(const PipeExpr &expr, const Context &context) {
  Datum input = evaluate(*expr.input, context.inner());
  return applySteps(expr.steps, std::move(input), context);
}

//===- Calls -------------------------------------------------------------------------------------------------------===//

/// A call that is no step makes no weights: nothing says what they would be called.
static Naming namingOfCall(const Naming &around, SourceRange callee) {
  Naming naming = around;
  if (around.weights != Naming::Weights::Nowhere)
    naming.unnamed = callee, naming.unnamedIsStep = false;
  naming.weights = Naming::Weights::Nowhere;
  return naming;
}

/// A call that takes no tensors is no step, but as the whole value of a binding it makes what the binding names:
/// `scale = parameter(8)`.
bool Lowering::makesWholeBinding(llvm::StringRef callee, const Context &context) {
  const auto *op = network.findOperator(callee);
  return context.naming.weights == Naming::Weights::InSteps && op && llvm::none_of(op->getSignature(), [](const auto &formal) {
    return formal.kind == mlir::mimo::FormalKind::Tensor || formal.kind == mlir::mimo::FormalKind::Tensors;
  });
}

Datum Lowering::evaluateCall(const CallExpr &expr, const Context &around) {
  Context context = around.inner();
  const auto *options = llvm::dyn_cast<CallExpr>(expr.callee.get()); // f(options)(tensors)
  const auto *name = llvm::dyn_cast<NameExpr>(options ? options->callee.get() : expr.callee.get());
  if (!name) {
    error(expr.callee->range, "only operators, blocks and layers can be called");
    return Datum();
  }
  if (name->name == kLen && !options)
    return evaluateLength(expr, context);
  Use use{{name->name, name->range}, {}, expr.arguments, namingOfCall(context.naming, name->range)};
  if (makesWholeBinding(name->name, around))
    use.naming = around.naming;
  if (!options)
    return apply(use, context);
  for (const Argument &argument : expr.arguments) {
    if (argument.name)
      error(argument.name->range, "the tensors of a call have no names; options stand in the first brackets");
    llvm::append_range(use.piped, spread(evaluate(*argument.value, context)));
  }
  use.arguments = options->arguments;
  return apply(use, context);
}

/// len(list): how many elements a list has.
Datum Lowering::evaluateLength(const CallExpr &expr, const Context &context) {
  if (expr.arguments.size() != 1 || expr.arguments[0].name) {
    error(expr.range, "len takes one list");
    return Datum();
  }
  Datum value = evaluate(*expr.arguments[0].value, context);
  if (const Datum::List *list = value.asList())
    return Datum::integer(static_cast<int64_t>(list->size()));
  if (!value.failed())
    error(expr.arguments[0].range, "len takes a list, not " + value.describe())
        .note(value.asTensor() ? "x.shape[i] is a size of a tensor" : "a list is written [a, b] or [f(i) for i in 0 .. n]");
  return Datum();
}

//===- One use -----------------------------------------------------------------------------------------------------===//

bool Lowering::exists(const Name &callee, const Context &context) {
  return context.scope.findLayer(callee.text) || context.scope.findBlock(callee.text) || callee.text == kRepeat ||
         network.findOperator(callee.text);
}

Datum Lowering::refuseUnknownCallee(const Name &callee, const Context &context) {
  Diagnostic &unknown = error(callee.range, "unknown operator, block or layer '" + callee.text + "'");
  if (context.scope.find(callee.text)) {
    unknown.note("'" + callee.text + "' is a value, which cannot be applied");
    return Datum();
  }
  std::vector<llvm::StringRef> known = context.scope.layerNames();
  llvm::append_range(known, context.scope.blockNames());
  llvm::append_range(known, network.operatorNames());
  known.push_back(kRepeat);
  llvm::sort(known);
  unknown.didYouMean(callee.text, known);
  for (const auto &[imported, scope] : fileScopes)
    if (auto block = scope->blocks.find(callee.text); block != scope->blocks.end() && block->second.file == scope.get())
      unknown.note("'" + imported->source->name() + "' has a block '" + callee.text + "'; import it in this file, too");
  return Datum();
}

Datum Lowering::apply(const Use &use, const Context &context) {
  if (network.exhausted() || diagnostics.full() || !network.countOperation([&] { return use.callee.range; }))
    return Datum();
  if (!exists(use.callee, context))
    return refuseUnknownCallee(use.callee, context);
  if (llvm::any_of(use.piped, [](const Datum &datum) { return datum.failed(); }))
    return Datum();
  if (expansions.size() >= kMaxExpansions) {
    error(use.callee.range, "blocks apply each other more than " + llvm::Twine(kMaxExpansions) + " deep here");
    return Datum();
  }
  if (Layer *layer = context.scope.findLayer(use.callee.text))
    return applyLayer(*layer, use, context);
  if (const Block *block = context.scope.findBlock(use.callee.text))
    return applyBlock(*block, use, context);
  if (use.callee.text == kRepeat)
    return applyRepeat(use, context);
  return applyOperator(*network.findOperator(use.callee.text), use, context);
}

//===- Blocks ------------------------------------------------------------------------------------------------------===//

/// The formal of a chain's one input, which no argument can name.
static constexpr llvm::StringLiteral kChainInput = "input of the chain";

Datum Lowering::applyBlock(const Block &declared, const Use &use, const Context &context) {
  const BlockStmt &block = *declared.statement;
  for (const Expansion &expansion : expansions) {
    if (expansion.block != &block)
      continue;
    error(use.callee.range, "block '" + block.name.text + "' applies itself").note("the block stands", block.name.range);
    return Datum();
  }
  std::vector<Name> inputs = block.inputs;
  if (block.chain)
    inputs.push_back({kChainInput, block.name.range});
  llvm::SmallVector<llvm::StringRef> formals;
  for (const Name &input : inputs)
    formals.push_back(input.text);
  for (const Parameter &parameter : block.parameters)
    formals.push_back(parameter.name.text);
  std::optional<Matching> matching = match(use, formals);
  if (!matching)
    return Datum();

  Scope scope(declared.file);
  scope.part = use.naming;
  scope.isBlock = true;
  bool bound = true;
  for (auto [i, input] : llvm::enumerate(inputs))
    bound &= bindInput(input, (*matching)[i], use, context, scope);
  for (auto [i, parameter] : llvm::enumerate(block.parameters))
    bound &= bindParameter(parameter, (*matching)[inputs.size() + i], use, context, scope);
  if (!bound)
    return Datum();
  Expanding expanding(*this, {use.callee.text, use.callee.range, &block});
  if (!block.chain)
    return applyBraced(block, scope, context.score);
  Datum input = scope.find(kChainInput)->value;
  return applySteps(block.chain->steps, input, {scope, use.naming, context.score});
}

bool Lowering::bindInput(const Name &input, llvm::ArrayRef<Actual> actuals, const Use &use, const Context &context,
                         Scope &scope) {
  bool ofChain = input.text == kChainInput;
  std::string what = ofChain ? "input" : ("'" + input.text + "'").str();
  if (actuals.empty()) {
    error(use.callee.range, use.callee.text + ": " + what + " is missing; a block is applied to tensors")
        .note("write 'x -> " + use.callee.text + "', or '(x, y) -> " + use.callee.text + "' for several");
    return false;
  }
  Datum value = actuals[0].piped ? *actuals[0].piped : evaluate(*actuals[0].written->value, context);
  if (!value.asTensor()) {
    if (!value.failed())
      error(actuals[0].written ? actuals[0].written->range : use.callee.range,
            use.callee.text + ": " + what + " must be a tensor, not " + value.describe());
    return false;
  }
  return define(scope, input, NameKind::Input, value);
}

bool Lowering::bindParameter(const Parameter &parameter, llvm::ArrayRef<Actual> actuals, const Use &use,
                             const Context &context, Scope &scope) {
  if (actuals.empty() && !parameter.value) {
    error(use.callee.range, use.callee.text + ": argument '" + parameter.name.text + "' is missing")
        .note("the block stands", parameter.name.range);
    return false;
  }
  Datum value = actuals.empty()    ? evaluateOption(*parameter.value, {scope, {}})
                : actuals[0].piped ? *actuals[0].piped
                                   : evaluateOption(*actuals[0].written->value, context);
  if (value.asTensor()) {
    error(actuals[0].written ? actuals[0].written->range : use.callee.range,
          use.callee.text + ": '" + parameter.name.text + "' must be known at compile time; it is " + value.describe());
    return false;
  }
  return !value.failed() && define(scope, parameter.name, NameKind::Constant, value);
}

/// An option of a block: a value, or a rule for initial values that the block hands on.
Datum Lowering::evaluateOption(const Expr &expr, const Context &context) {
  const auto *call = llvm::dyn_cast<CallExpr>(&expr);
  const auto *name = llvm::dyn_cast<NameExpr>(call ? call->callee.get() : &expr);
  bool otherwiseKnown = !name || context.scope.find(name->name) || exists({name->name, name->range}, context);
  if (otherwiseKnown || !mlir::mimo::isInitializerRule(name->name))
    return evaluate(expr, context);
  std::optional<mlir::mimo::Initializer> rule = readInitializer(expr, context);
  return rule ? Datum::initializer(std::move(*rule)) : Datum();
}

Datum Lowering::applyBraced(const BlockStmt &block, Scope &scope, const Score *score) {
  lowerBody(block.body, scope, score);
  Datum::List results;
  for (const ExprPtr &result : block.results)
    results.push_back(evaluate(*result, Context{scope, scope.part, score}.inner()));
  warnAboutUnused(scope);
  return results.size() == 1 ? results.front() : Datum::list(std::move(results));
}

//===- Layers ------------------------------------------------------------------------------------------------------===//

Datum Lowering::applyLayer(Layer &layer, const Use &use, const Context &context) {
  llvm::StringRef name = layer.statement->name.text;
  std::vector<Datum> inputs = use.piped;
  bool named = llvm::any_of(use.arguments, [](const Argument &argument) { return bool(argument.name); });
  for (const Argument &argument : use.arguments)
    llvm::append_range(inputs, spread(evaluate(*argument.value, context)));
  if (llvm::any_of(inputs, [](const Datum &datum) { return datum.failed(); }))
    return Datum();
  if (named || inputs.empty() || !llvm::all_of(inputs, [](const Datum &datum) { return bool(datum.asTensor()); })) {
    error(use.callee.range, "layer '" + name + "' takes tensors, by position, and nothing else")
        .note("the layer stands", layer.statement->name.range);
    return Datum();
  }
  if (layer.active) {
    error(use.callee.range, "layer '" + name + "' applies itself").note("the layer stands", layer.statement->name.range);
    return Datum();
  }
  llvm::SaveAndRestore active(layer.active, true);
  Naming naming = layer.scope->part;
  naming.stepPath = naming.labelPath = joinPath(naming.stepPath, name);
  if (naming.weights != Naming::Weights::Nowhere)
    naming.weights = Naming::Weights::InSteps;
  bool repeated = static_cast<bool>(layer.firstUse);
  if (!repeated)
    layer.firstUse = use.callee.range;
  Expanding expanding(*this, {name, use.callee.range, nullptr, &layer, repeated});
  Datum input = inputs.size() == 1 ? inputs[0] : Datum::list(std::move(inputs)); // several for a block in its first step
  return applySteps(layer.statement->chain.steps, std::move(input), {*layer.scope, naming, context.score});
}

//===- Repeat ------------------------------------------------------------------------------------------------------===//

/// repeat(n, f) chains n fresh copies of f and always adds an index, also for n = 1.
Datum Lowering::applyRepeat(const Use &use, const Context &context) {
  if (use.arguments.size() != 2 || use.arguments[0].name || use.arguments[1].name || use.piped.empty()) {
    error(use.callee.range, "repeat takes a count and what is repeated").note("write 'x -> repeat(3, linear(64))'");
    return Datum();
  }
  std::optional<int64_t> count = evaluateInteger(*use.arguments[0].value, context, "repeat: the count");
  const Expr &body = *use.arguments[1].value;
  const auto *call = llvm::dyn_cast<CallExpr>(&body);
  const auto *name = llvm::dyn_cast<NameExpr>(call ? call->callee.get() : &body);
  if (!name)
    error(body.range, "repeat: what is repeated must be an operator, a block or a layer, like 'linear(64)'");
  if (count && *count < 0)
    error(use.arguments[0].range, "repeat: a count of " + llvm::Twine(*count) + " is negative");
  if (!count || *count < 0 || !name)
    return Datum();

  std::vector<Datum> data = use.piped;
  llvm::ArrayRef<Argument> options = call ? llvm::ArrayRef(call->arguments) : llvm::ArrayRef<Argument>();
  for (int64_t i = 0; i < *count; ++i) {
    Use copy{{name->name, name->range}, data, options, use.naming};
    copy.naming.stepPath = copy.naming.labelPath = joinPath(use.naming.stepPath, std::to_string(i));
    Datum result = apply(copy, context);
    if (result.failed())
      return Datum();
    data = spread(result);
  }
  return data.size() == 1 ? data.front() : Datum::list(std::move(data));
}

} // namespace mimoc
