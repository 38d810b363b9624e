// Arguments to formals: positional and named arguments, `default` statements, the defaults of the operator, and the
// conversions that a formal allows. All mistakes of a call are reported at once.
#include "Lowering.h"

#include "mimo/IR/Objectives.h"
#include "llvm/ADT/STLExtras.h"

#include <cmath>
#include <fmt/format.h>

namespace mimoc {

using namespace ast;
using mlir::mimo::Formal;
using mlir::mimo::FormalKind;
using mlir::mimo::Initializer;
using mlir::mimo::Signature;

//===- Matching ----------------------------------------------------------------------------------------------------===//

static std::string join(llvm::ArrayRef<llvm::StringRef> names) {
  std::string text;
  for (llvm::StringRef name : names)
    text += (text.empty() ? "" : ", ") + name.str();
  return text;
}

std::optional<Matching> Lowering::match(const Use &use, llvm::ArrayRef<llvm::StringRef> formals,
                                        std::optional<size_t> restFormal, std::optional<size_t> textFormal) {
  Matching matching(formals.size());
  size_t position = 0;
  bool fits = true;
  auto addPositional = [&](Actual actual) {
    bool isText = restFormal == 0 && actual.written && llvm::isa<StringExpr>(*actual.written->value);
    size_t formal = isText ? textFormal.value_or(0) : position;
    position += !isText && position != restFormal;
    bool isSecondText = isText && textFormal && !matching[formal].empty();
    if (formal < formals.size() && !isSecondText) {
      matching[formal].push_back(actual);
    } else if (fits) {
      error(actual.written ? actual.written->range : use.callee.range, use.callee.text + ": too many arguments")
          .note(use.callee.text + " takes " + (formals.empty() ? "none" : join(formals)));
      fits = false;
    }
  };
  for (const Datum &datum : use.piped)
    addPositional({nullptr, &datum});
  for (const Argument &argument : use.arguments) {
    if (!argument.name) {
      addPositional({&argument, nullptr});
      continue;
    }
    const auto *formal = llvm::find(formals, argument.name->text);
    if (formal == formals.end()) {
      error(argument.name->range, use.callee.text + ": unknown argument '" + argument.name->text + "'")
          .didYouMean(argument.name->text, formals)
          .note(use.callee.text + " takes " + (formals.empty() ? "none" : join(formals)));
      fits = false;
    } else if (auto &actuals = matching[formal - formals.begin()]; !actuals.empty()) {
      error(argument.name->range,
            use.callee.text + ": '" + argument.name->text + "' is given twice, by position and by name");
      fits = false;
    } else {
      actuals.push_back({&argument, nullptr});
    }
  }
  return fits ? std::optional(std::move(matching)) : std::nullopt;
}

//===- What a formal takes -----------------------------------------------------------------------------------------===//

static size_t lengthOf(const Formal &formal) {
  const auto *numbers = std::get_if<llvm::SmallVector<double>>(&formal.fallback);
  return numbers ? numbers->size() : 0;
}

static std::string describe(const Formal &formal) {
  switch (formal.kind) {
  case FormalKind::Tensor: return "a tensor";
  case FormalKind::Tensors: return "tensors";
  case FormalKind::Integer: return "an integer known at compile time";
  case FormalKind::Sizes: return "sizes: integers known at compile time, and 'batch' or another run-time size";
  case FormalKind::Integers: return "an integer or a tuple of integers, known at compile time";
  case FormalKind::Number: return "a number known at compile time" + (formal.words.empty() ? "" : " or " + join(formal.words));
  case FormalKind::Numbers:
    return lengthOf(formal) ? fmt::format("a tuple of {} finite numbers", lengthOf(formal)) : "a number or a tuple of numbers, all finite";
  case FormalKind::Flag: return "true or false";
  case FormalKind::Text: return "text in quotes";
  case FormalKind::Word: return "one of " + join(formal.words);
  case FormalKind::Initializer: return "a rule for initial values, like xavier_uniform or constant(0.1)";
  }
  return "a value";
}

/// A list of what `value` holds: itself, or its elements.
static Datum::List elementsOf(const Datum &value) {
  if (const Datum::List *list = value.asList())
    return *list;
  return {value};
}

template <class Range, class Function> static Datum::List mapped(const Range &range, Function &&function) {
  Datum::List list;
  for (const auto &element : range)
    list.push_back(function(element));
  return list;
}

static bool isFinite(const Datum &value) { return value.asNumber() && std::isfinite(*value.asNumber()); }

static bool isWordOf(const Formal &formal, const Datum &value) { return value.asText() && llvm::is_contained(formal.words, *value.asText()); }

/// The value as the formal takes it; nothing if it does not.
static std::optional<Datum> convertTo(const Formal &formal, const Datum &value) {
  Datum::List elements = elementsOf(value);
  switch (formal.kind) {
  case FormalKind::Tensor:
    return value.isTensorLike() ? std::optional(value) : std::nullopt; // makeTensors turns numbers into tensors
  case FormalKind::Tensors:
    return llvm::all_of(elements, std::mem_fn(&Datum::isTensorLike)) ? std::optional(Datum::list(elements)) : std::nullopt;
  case FormalKind::Integer: return value.asInteger() ? std::optional(value) : std::nullopt;
  case FormalKind::Sizes: {
    bool sizes = llvm::all_of(elements, [](const Datum &e) { return e.asInteger() || e.isRunTimeSize(); });
    return sizes ? std::optional(Datum::list(elements)) : std::nullopt;
  }
  case FormalKind::Integers: {
    bool integers = llvm::all_of(elements, [](const Datum &e) { return e.asInteger().has_value(); });
    return integers ? std::optional(Datum::list(elements)) : std::nullopt;
  }
  case FormalKind::Number:
    if (isWordOf(formal, value))
      return value;
    return value.asNumber() && (formal.infinite || isFinite(value)) ? std::optional(value) : std::nullopt;
  case FormalKind::Numbers: { // a number is a tuple of one where any length will do
    bool numbers = llvm::all_of(elements, isFinite);
    bool fits = numbers && (lengthOf(formal) == 0 || (value.asList() && elements.size() == lengthOf(formal)));
    return fits ? std::optional(Datum::list(elements)) : std::nullopt;
  }
  case FormalKind::Flag: return value.asFlag() ? std::optional(value) : std::nullopt;
  case FormalKind::Text: return value.asText() ? std::optional(value) : std::nullopt;
  case FormalKind::Word: return isWordOf(formal, value) ? std::optional(value) : std::nullopt;
  case FormalKind::Initializer: return std::nullopt;
  }
  return std::nullopt;
}

std::optional<Datum> Lowering::convert(llvm::StringRef callee, const Formal &formal, const Datum &value, SourceRange place) {
  if (value.failed())
    return std::nullopt;
  if (std::optional<Datum> converted = convertTo(formal, value))
    return converted;
  if (formal.kind == FormalKind::Number && value.asNumber()) {
    error(place, callee + ": '" + formal.name + "' must be finite");
    return std::nullopt;
  }
  const std::string *word = formal.words.empty() ? nullptr : value.asText();
  std::string found = word ? "'" + *word + "'" : value.describe();
  Diagnostic &problem = error(place, callee + ": '" + formal.name + "' must be " + describe(formal) + ", not " + found);
  if (word)
    problem.didYouMean(*word, formal.words);
  return std::nullopt;
}

/// xavier_uniform, constant(0.1), kaiming_normal(mode = fan_out): a name, or a call with numbers and words. A name may also be that of a block's option.
std::optional<Initializer> Lowering::readInitializer(const Expr &expr, const Context &context) {
  const auto *call = llvm::dyn_cast<CallExpr>(&expr);
  const auto *name = llvm::dyn_cast<NameExpr>(call ? call->callee.get() : &expr);
  if (!name) {
    error(expr.range, "an initial value is a rule, like xavier_uniform or constant(0.1)");
    return std::nullopt;
  }
  NamedDatum *option = call ? nullptr : context.scope.find(name->name);
  if (const Initializer *handedOn = option ? option->value.asInitializer() : nullptr)
    return *handedOn;
  if (option) {
    if (!option->value.failed())
      error(expr.range, "an initial value is a rule, like xavier_uniform or constant(0.1), not " + option->value.describe());
    return std::nullopt;
  }
  Initializer initializer{name->name.str(), {}};
  for (const Argument &argument : call ? llvm::ArrayRef(call->arguments) : llvm::ArrayRef<Argument>()) {
    std::string given = argument.name ? argument.name->text.str() : "";
    const auto *word = llvm::dyn_cast<NameExpr>(argument.value.get());
    if (word && mlir::mimo::isInitializerWord(word->name) && !context.scope.find(word->name)) {
      initializer.arguments.push_back({given, 0, word->name.str()});
      continue;
    }
    Datum value = evaluate(*argument.value, context);
    if (!isFinite(value) && !value.asText()) {
      if (!value.failed())
        error(argument.range, "an initializer takes numbers and words, not " + value.describe());
      return std::nullopt;
    }
    initializer.arguments.push_back({given, value.asNumber().value_or(0), value.asText() ? *value.asText() : ""});
  }
  // Whether there is such a rule is said here, where it is written; the sizes that it scales with come later.
  auto resolved = mlir::mimo::resolveInitializer(network.locationOf(expr.range), initializer, /*fanIn=*/1, /*fanOut=*/1);
  return mlir::succeeded(resolved) ? std::optional(std::move(initializer)) : std::nullopt;
}

/// A word stands for itself, unless it is the name of a block's option that holds one. A tensor that is called like a word of the
/// formal is not in its way.
Datum Lowering::readWord(const Formal &formal, const Expr &expr, const Context &context) {
  const auto *name = llvm::dyn_cast<NameExpr>(&expr);
  if (!name)
    return evaluate(expr, context);
  const NamedDatum *known = context.scope.find(name->name);
  bool isWord = !known || (llvm::is_contained(formal.words, name->name) && !known->value.asText());
  return isWord ? Datum::text(name->name.str()) : evaluate(expr, context);
}

//===- Binding -----------------------------------------------------------------------------------------------------===//

std::optional<BoundArgument> Lowering::bindWritten(llvm::StringRef callee, const Formal &formal, const Expr &expr,
                                                   const Context &context) {
  BoundArgument bound;
  bound.place = expr.range;
  bound.given = true;
  if (formal.kind == FormalKind::Initializer) {
    bound.initializer = readInitializer(expr, context);
    return bound.initializer ? std::optional(std::move(bound)) : std::nullopt;
  }
  std::optional<Datum> value = convert(callee, formal, !formal.words.empty() ? readWord(formal, expr, context) : evaluate(expr, context), expr.range);
  if (!value)
    return std::nullopt;
  bound.value = std::move(*value);
  return bound;
}

static Datum fallbackOf(const Formal &formal) {
  struct ToDatum {
    Datum operator()(std::monostate) const { return Datum(); }
    Datum operator()(int64_t value) const { return Datum::integer(value); }
    Datum operator()(double value) const { return Datum::real(value); }
    Datum operator()(bool value) const { return Datum::flag(value); }
    Datum operator()(const std::string &value) const { return Datum::text(value); }
    Datum operator()(const llvm::SmallVector<int64_t> &values) const {
      return Datum::list(mapped(values, Datum::integer));
    }
    Datum operator()(const llvm::SmallVector<double> &values) const {
      return Datum::list(mapped(values, Datum::real));
    }
  };
  return std::visit(ToDatum(), formal.fallback);
}

/// "linear takes x, units, bias = true, init": what may be left out has its default or is in brackets.
static std::string usage(llvm::StringRef callee, const Signature &signature) {
  std::string text;
  for (const Formal &formal : signature) {
    text += text.empty() ? "" : ", ";
    bool optional = formal.optional || !std::holds_alternative<std::monostate>(formal.fallback);
    text += optional ? "[" + formal.name.str() + "]" : formal.name.str();
  }
  return (callee + " takes " + text).str();
}

std::optional<BoundArgument> Lowering::bindLeftOut(const Use &use, const Formal &formal, const Signature &signature,
                                                   const Context &context) {
  if (const DefaultOption *option = context.scope.findDefault(use.callee.text, formal.name, use.callee.range))
    return BoundArgument{option->value, option->initializer, option->place, /*given=*/true};
  bool optional = formal.optional || !std::holds_alternative<std::monostate>(formal.fallback);
  if (optional)
    return BoundArgument{fallbackOf(formal), std::nullopt, use.callee.range, /*given=*/false};
  error(use.callee.range, use.callee.text + ": argument '" + formal.name + "' is missing")
      .note(usage(use.callee.text, signature));
  return std::nullopt;
}

std::optional<BoundArgument> Lowering::bindFormal(const Use &use, const Formal &formal, llvm::ArrayRef<Actual> actuals,
                                                  const Signature &signature, const Context &context) {
  if (actuals.empty())
    return bindLeftOut(use, formal, signature, context);
  if (!formal.takesRest() && actuals[0].written)
    return bindWritten(use.callee.text, formal, *actuals[0].written->value, context);
  auto placeOf = [&](const Actual &actual) { return actual.written ? actual.written->range : use.callee.range; };
  BoundArgument bound;
  bound.place = placeOf(actuals[0]);
  bound.given = true;
  Datum::List values;
  bool fits = true;
  for (const Actual &actual : actuals) {
    Datum value = actual.piped ? *actual.piped : evaluate(*actual.written->value, context);
    std::optional<Datum> converted = convert(use.callee.text, formal, value, placeOf(actual));
    fits &= converted.has_value();
    if (converted)
      llvm::append_range(values, elementsOf(*converted));
  }
  if (fits && formal.kind == FormalKind::Tensors && values.empty()) {
    error(bound.place, use.callee.text + ": '" + formal.name + "' is an empty list; it takes at least one tensor");
    fits = false;
  }
  if (!fits)
    return std::nullopt;
  bound.value = formal.takesRest() ? Datum::list(std::move(values)) : *convertTo(formal, values.front());
  return bound;
}

std::optional<BoundArguments> Lowering::bind(const Use &use, const Signature &signature, const Context &context) {
  llvm::SmallVector<llvm::StringRef> formals;
  for (const Formal &formal : signature)
    formals.push_back(formal.name);
  const auto *rest = llvm::find_if(signature, std::mem_fn(&Formal::takesRest));
  std::optional<size_t> restFormal;
  if (rest != signature.end())
    restFormal = rest - signature.begin();
  const auto *text = llvm::find_if(signature, [](const Formal &formal) { return formal.kind == FormalKind::Text; });
  std::optional<size_t> textFormal;
  if (text != signature.end())
    textFormal = text - signature.begin();
  std::optional<Matching> matching = match(use, formals, restFormal, textFormal);
  if (!matching)
    return std::nullopt;
  BoundArguments bound;
  bool fits = true;
  for (auto [i, formal] : llvm::enumerate(signature)) {
    std::optional<BoundArgument> argument = bindFormal(use, formal, (*matching)[i], signature, context);
    fits &= argument.has_value();
    if (argument)
      bound[formal.name] = std::move(*argument);
  }
  if (!fits || !makeTensors(use, signature, bound))
    return std::nullopt;
  return bound;
}

//===- Numbers among tensors ---------------------------------------------------------------------------------------===//

/// The element type that a number among the tensors of a call takes: that of the first tensor which is no condition.
static mlir::Type numberType(const Signature &signature, const BoundArguments &bound, mlir::Type otherwise) {
  for (const Formal &formal : signature) {
    if (formal.kind != FormalKind::Tensor && formal.kind != FormalKind::Tensors)
      continue;
    for (const Datum &element : elementsOf(bound.find(formal.name)->second.value))
      if (mlir::Value tensor = element.asTensor())
        if (mlir::Type type = mlir::getElementTypeOrSelf(tensor.getType()); !type.isInteger(1))
          return type;
  }
  return otherwise;
}

/// Turns the numbers that were given for tensors into rank-0 constants.
bool Lowering::makeTensors(const Use &use, const Signature &signature, BoundArguments &bound) {
  mlir::Type type = numberType(signature, bound, network.precision());
  bool fits = true;
  auto makeTensor = [&](const Datum &number) -> Datum {
    if (number.asTensor() || number.failed())
      return number;
    mlir::Type elementType = number.asFlag() ? network.builder.getI1Type() : type;
    if (mlir::Value value = network.constant(network.locationOf(use.callee.range), number, elementType))
      return Datum::tensor(value);
    error(use.callee.range, use.callee.text + ": " + number.describe() + " cannot stand beside a tensor of " +
                                mlir::mimo::describe(elementType));
    fits = false;
    return Datum();
  };
  for (const Formal &formal : signature) {
    Datum &value = bound[formal.name].value;
    if (formal.kind == FormalKind::Tensor)
      value = makeTensor(value);
    if (formal.kind == FormalKind::Tensors)
      value = Datum::list(mapped(elementsOf(value), makeTensor));
  }
  return fits;
}

} // namespace mimoc
