// Rules for initial values: torch.nn.init's names, arguments and defaults. What a rule needs of the layer, its fans, is known
// here, so that the run-time support sees distributions only.
#include "mimo/IR/Signature.h"
#include "llvm/ADT/StringRef.h"
#include <cmath>

using namespace mlir;
using namespace mlir::mimo;

namespace {
/// One argument of a rule: a number, or one of some words where `word` says which stands for the default.
struct RuleFormal {
  StringRef name;
  double number = 0;
  StringRef word = "";
  bool required = false;
};
struct Rule {
  StringRef name;
  SmallVector<RuleFormal, 4> formals;
};
/// The arguments of a rule, defaults filled in.
struct Arguments {
  SmallVector<double, 4> numbers;
  SmallVector<std::string, 4> words;
};
/// The factor that keeps the variance through an activation (torch.nn.init.calculate_gain); leaky_relu's depends on its slope.
struct Gain {
  StringRef activation;
  double value;
};
} // namespace

static ArrayRef<Rule> rules() {
  static const Rule all[] = {
      {"constant", {{"value", 0, "", true}}},
      {"zeros", {}},
      {"ones", {}},
      {"uniform", {{"a", 0, "", true}, {"b", 1, "", true}}},
      {"normal", {{"mean", 0}, {"std", 1}}},
      {"truncated_normal", {{"mean", 0}, {"std", 1}, {"a", -2}, {"b", 2}}},
      {"xavier_uniform", {{"gain", 1}}},
      {"xavier_normal", {{"gain", 1}}},
      {"kaiming_uniform", {{"a", 0}, {"mode", 0, "fan_in"}, {"nonlinearity", 0, "leaky_relu"}}},
      {"kaiming_normal", {{"a", 0}, {"mode", 0, "fan_in"}, {"nonlinearity", 0, "leaky_relu"}}},
      {"orthogonal", {{"gain", 1}}},
      {"identity", {}},
      {"pytorch", {}}};
  return all;
}

static const Gain kGains[] = {{"linear", 1},     {"sigmoid", 1},         {"tanh", 5.0 / 3}, {"relu", 1.4142135623730951},
                              {"leaky_relu", 0}, {"selu", 0.75}};

static const Rule *findRule(StringRef name) {
  const Rule *found = llvm::find_if(rules(), [&](const Rule &rule) { return rule.name == name; });
  return found == rules().end() ? nullptr : found;
}

bool mimo::isInitializerRule(StringRef name) { return findRule(name) != nullptr; }

bool mimo::isInitializerWord(StringRef name) {
  return name == "fan_in" || name == "fan_out" || llvm::any_of(kGains, [&](const Gain &gain) { return gain.activation == name; });
}

/// The nearest of some names, as a note; or all of them.
static void propose(InFlightDiagnostic &diagnostic, StringRef name, ArrayRef<StringRef> known, StringRef otherwise) {
  StringRef best;
  unsigned distance = 3;
  for (StringRef candidate : known)
    if (unsigned d = name.edit_distance(candidate); d < distance)
      best = candidate, distance = d;
  if (!best.empty())
    diagnostic.attachNote() << "did you mean '" << best << "'?";
  else
    diagnostic.attachNote() << otherwise;
}

static LogicalResult refuseUnknownRule(Location loc, StringRef name) {
  InFlightDiagnostic diagnostic = emitError(loc) << "unknown initializer '" << name << "'";
  propose(diagnostic, name, llvm::map_to_vector(rules(), [](const Rule &rule) { return rule.name; }),
          "there are constant(v), zeros, ones, uniform(a, b), normal(mean, std), truncated_normal(mean, std, a, b), xavier_uniform, "
          "xavier_normal, kaiming_uniform, kaiming_normal, orthogonal(gain), identity and pytorch");
  return diagnostic;
}

//===- Arguments -----------------------------------------------------------------------------------------------------===//

static LogicalResult bindArgument(Location loc, const Rule &rule, const InitializerArgument &argument, size_t place, Arguments &bound,
                                  SmallVectorImpl<bool> &given) {
  if (!argument.name.empty()) {
    const RuleFormal *formal = llvm::find_if(rule.formals, [&](const RuleFormal &f) { return f.name == argument.name; });
    place = formal - rule.formals.begin();
    if (formal == rule.formals.end()) {
      InFlightDiagnostic diagnostic = emitError(loc) << "initializer '" << rule.name << "' has no option '" << argument.name << "'";
      SmallVector<StringRef> names = llvm::map_to_vector(rule.formals, [](const RuleFormal &f) { return f.name; });
      propose(diagnostic, argument.name, names, names.empty() ? "it has none" : "it has " + llvm::join(names, ", "));
      return diagnostic;
    }
  }
  const RuleFormal &formal = rule.formals[place];
  if (given[place])
    return emitError(loc) << "initializer '" << rule.name << "': '" << formal.name << "' is given twice";
  if (formal.word.empty() != argument.word.empty())
    return emitError(loc) << "initializer '" << rule.name << "': '" << formal.name << "' is a "
                          << (formal.word.empty() ? "number, not a word" : "word, like " + formal.word.str());
  given[place] = true;
  bound.numbers[place] = argument.number;
  bound.words[place] = argument.word;
  return success();
}

static FailureOr<Arguments> bindArguments(Location loc, const Rule &rule, const Initializer &init) {
  Arguments bound;
  SmallVector<bool> given(rule.formals.size(), false);
  size_t required = llvm::count_if(rule.formals, [](const RuleFormal &f) { return f.required; });
  for (const RuleFormal &formal : rule.formals)
    bound.numbers.push_back(formal.number), bound.words.push_back(formal.word.str());
  size_t most = rule.formals.size(), count = init.arguments.size();
  if (count < required || count > most)
    return emitError(loc) << "initializer '" << rule.name << "' takes " << (required == most ? "" : "up to ") << most << " number"
                          << (most == 1 ? "" : "s") << ", not " << count;
  for (auto [place, argument] : llvm::enumerate(init.arguments))
    if (failed(bindArgument(loc, rule, argument, place, bound, given)))
      return failure();
  return bound;
}

//===- Distributions -------------------------------------------------------------------------------------------------===//

/// Probability that a standard normal number is below z.
static double normalBelow(double z) { return 0.5 * std::erfc(-z / std::sqrt(2.0)); }

static FailureOr<ResolvedInitializer> truncatedNormal(Location loc, ArrayRef<double> numbers) {
  double mean = numbers[0], deviation = numbers[1], low = numbers[2], high = numbers[3];
  auto text = [](double number) { return describe(number); };
  if (!(deviation > 0))
    return emitError(loc) << "truncated_normal: a standard deviation of " << text(deviation) << " is not positive";
  if (!(low < high))
    return emitError(loc) << "truncated_normal: the bounds " << text(low) << " and " << text(high) << " are the wrong way round";
  if (!(normalBelow((low - mean) / deviation) < normalBelow((high - mean) / deviation)))
    return emitError(loc) << "truncated_normal: a number with mean " << text(mean) << " and deviation " << text(deviation)
                          << " practically never lies in [" << text(low) << ", " << text(high) << "]";
  return ResolvedInitializer{"truncated_normal", mean, deviation, low, high};
}

// gain / sqrt(fan) is the deviation.
static FailureOr<ResolvedInitializer> kaiming(Location loc, bool isUniform, const Arguments &arguments, int64_t fanIn, int64_t fanOut) {
  double slope = arguments.numbers[0];
  StringRef mode = arguments.words[1], activation = arguments.words[2];
  if (mode != "fan_in" && mode != "fan_out")
    return emitError(loc) << "kaiming: mode is fan_in or fan_out, not '" << mode << "'";
  const Gain *found = llvm::find_if(kGains, [&](const Gain &gain) { return gain.activation == activation; });
  if (found == std::end(kGains)) {
    InFlightDiagnostic diagnostic = emitError(loc) << "kaiming: no gain is known for the nonlinearity '" << activation << "'";
    diagnostic.attachNote() << "there are linear, sigmoid, tanh, relu, leaky_relu and selu";
    return diagnostic;
  }
  double gain = activation == "leaky_relu" ? std::sqrt(2 / (1 + slope * slope)) : found->value;
  double deviation = gain / std::sqrt(double(mode == "fan_in" ? fanIn : fanOut));
  if (isUniform)
    return ResolvedInitializer{"uniform", -std::sqrt(3.0) * deviation, std::sqrt(3.0) * deviation};
  return ResolvedInitializer{"normal", 0, deviation};
}

FailureOr<ResolvedInitializer> mimo::resolveInitializer(Location loc, const Initializer &init, int64_t fanIn, int64_t fanOut) {
  const Rule *rule = findRule(init.rule);
  if (!rule)
    return refuseUnknownRule(loc, init.rule);
  FailureOr<Arguments> arguments = bindArguments(loc, *rule, init);
  if (failed(arguments))
    return failure();
  ArrayRef<double> numbers = arguments->numbers;
  double fans = static_cast<double>(fanIn + fanOut);
  StringRef name = rule->name;
  if (name == "constant")
    return ResolvedInitializer{"constant", numbers[0], 0};
  if (name == "zeros" || name == "ones")
    return ResolvedInitializer{"constant", name == "ones" ? 1.0 : 0.0, 0};
  if (name == "uniform" && numbers[0] > numbers[1])
    return emitError(loc) << "uniform(" << describe(numbers[0]) << ", " << describe(numbers[1]) << "): the bounds are the wrong way round";
  if (name == "normal" && numbers[1] < 0)
    return emitError(loc) << "normal: a standard deviation of " << describe(numbers[1]) << " is negative";
  if (name == "uniform" || name == "normal")
    return ResolvedInitializer{name.str(), numbers[0], numbers[1]};
  if (name == "truncated_normal")
    return truncatedNormal(loc, numbers);
  if (name == "xavier_normal")
    return ResolvedInitializer{"normal", 0, numbers[0] * std::sqrt(2.0 / fans)};
  if (name == "kaiming_uniform" || name == "kaiming_normal")
    return kaiming(loc, name == "kaiming_uniform", *arguments, fanIn, fanOut);
  if (name == "orthogonal" || name == "identity")
    return ResolvedInitializer{name.str(), name == "identity" ? 1 : numbers[0], 0};
  // pytorch: kaiming_uniform(a = sqrt 5) of the weight and its bias's rule are both uniform in +-1/sqrt(fanIn).
  double bound = name == "xavier_uniform" ? numbers[0] * std::sqrt(6.0 / fans) : 1.0 / std::sqrt(double(fanIn));
  return ResolvedInitializer{"uniform", -bound, bound};
}

LogicalResult mimo::verifyInitializerShape(Location loc, const ResolvedInitializer &init, ArrayRef<int64_t> shape) {
  bool isMatrix = init.kind == "identity" ? shape.size() == 2 : shape.size() >= 2;
  if ((init.kind != "identity" && init.kind != "orthogonal") || isMatrix)
    return success();
  std::string sizes = llvm::join(llvm::map_range(shape, [](int64_t size) { return std::to_string(size); }), ", ");
  return emitError(loc) << "initializer '" << init.kind << "' makes matrices, and this parameter has the shape [" << sizes << "]";
}
