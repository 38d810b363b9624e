#include "mimo/IR/Signature.h"
#include "llvm/ADT/StringRef.h"
#include <cmath>

using namespace mlir;
using namespace mlir::mimo;

namespace {
/// One rule: its name, how many numbers it takes, and their defaults.
struct Rule {
  StringRef name;
  unsigned required;
  SmallVector<double> defaults; ///< of all its numbers; those before `required` are not used
};
} // namespace

static const Rule *findRule(StringRef name) {
  static const Rule rules[] = {
      {"constant", 1, {0}},       {"zeros", 0, {}},           {"ones", 0, {}},    {"uniform", 2, {0, 0}},
      {"normal", 0, {0, 1}},      {"xavier_uniform", 0, {1}}, {"xavier_normal", 0, {1}}, {"pytorch", 0, {}}};
  for (const Rule &rule : rules)
    if (rule.name == name)
      return &rule;
  return nullptr;
}

static LogicalResult refuseUnknownRule(Location loc, StringRef name) {
  StringRef best;
  unsigned distance = 3;
  for (StringRef known : {"constant", "zeros", "ones", "uniform", "normal", "xavier_uniform", "xavier_normal", "pytorch"})
    if (unsigned d = name.edit_distance(known); d < distance)
      best = known, distance = d;
  InFlightDiagnostic diagnostic = emitError(loc) << "unknown initializer '" << name << "'";
  if (!best.empty())
    diagnostic.attachNote() << "did you mean '" << best << "'?";
  else
    diagnostic.attachNote() << "there are constant(v), zeros, ones, uniform(a, b), normal(mean, std), xavier_uniform, xavier_normal and pytorch";
  return diagnostic;
}

bool mimo::isInitializerRule(StringRef name) { return findRule(name) != nullptr; }

FailureOr<ResolvedInitializer> mimo::resolveInitializer(Location loc, const Initializer &init, int64_t fanIn, int64_t fanOut) {
  const Rule *rule = findRule(init.rule);
  if (!rule)
    return refuseUnknownRule(loc, init.rule);
  SmallVector<double> numbers = rule->defaults;
  if (init.arguments.size() < rule->required || init.arguments.size() > numbers.size())
    return emitError(loc) << "initializer '" << init.rule << "' takes "
                          << (rule->required == numbers.size() ? "" : "up to ") << numbers.size() << " number"
                          << (numbers.size() == 1 ? "" : "s") << ", not " << init.arguments.size();
  llvm::copy(init.arguments, numbers.begin());

  double fans = static_cast<double>(fanIn + fanOut);
  if (rule->name == "constant")
    return ResolvedInitializer{"constant", numbers[0], 0};
  if (rule->name == "zeros")
    return ResolvedInitializer{"constant", 0, 0};
  if (rule->name == "ones")
    return ResolvedInitializer{"constant", 1, 0};
  if (rule->name == "uniform" && numbers[0] > numbers[1])
    return emitError(loc) << "uniform(" << describe(numbers[0]) << ", " << describe(numbers[1]) << "): the bounds are the wrong way round";
  if (rule->name == "uniform")
    return ResolvedInitializer{"uniform", numbers[0], numbers[1]};
  if (rule->name == "normal" && numbers[1] < 0)
    return emitError(loc) << "normal: a standard deviation of " << describe(numbers[1]) << " is negative";
  if (rule->name == "normal")
    return ResolvedInitializer{"normal", numbers[0], numbers[1]};
  if (rule->name == "xavier_normal")
    return ResolvedInitializer{"normal", 0, numbers[0] * std::sqrt(2.0 / fans)};
  // pytorch: kaiming_uniform(a = sqrt 5) of the weight and its bias's rule are both uniform in +-1/sqrt(fanIn).
  double bound = rule->name == "xavier_uniform" ? numbers[0] * std::sqrt(6.0 / fans) : 1.0 / std::sqrt(double(fanIn));
  return ResolvedInitializer{"uniform", -bound, bound};
}
