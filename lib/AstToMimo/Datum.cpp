#include "Datum.h"

#include "mimo/IR/Mimo.h"

#include <fmt/format.h>

namespace mimoc {

Datum Datum::list(List elements) {
  for (const Datum &element : elements)
    if (element.failed())
      return Datum();
  return Datum(Held(std::make_shared<const List>(std::move(elements))));
}

mlir::Value Datum::asTensor() const {
  const mlir::Value *value = std::get_if<mlir::Value>(&held);
  return value ? *value : mlir::Value();
}

std::optional<double> Datum::asNumber() const {
  if (std::optional<int64_t> integer = asInteger())
    return static_cast<double>(*integer);
  return get<double>();
}

/// The metric whose states these are; empty where it is another list, or none.
static std::string keeperOf(const Datum::List *list) {
  mlir::Value first = list && !list->empty() ? list->front().asTensor() : mlir::Value();
  mlir::Operation *op = first ? first.getDefiningOp() : nullptr;
  return op && llvm::isa<mlir::mimo::KeepsStates>(op) ? op->getName().stripDialect().str() : std::string();
}

std::string Datum::describe() const {
  if (mlir::Value value = asTensor())
    return mlir::mimo::describe(value.getType());
  if (std::optional<int64_t> integer = asInteger())
    return fmt::format("the integer {}", *integer);
  if (std::optional<double> number = asNumber())
    return "the number " + mlir::mimo::describe(*number);
  if (std::optional<bool> value = asFlag())
    return *value ? "true" : "false";
  if (asText())
    return "a string";
  if (const std::string *dim = asRunTimeSize())
    return *dim == mlir::mimo::kBatchName.str() ? "the size of the batch" : "the run-time size '" + *dim + "'";
  if (const mlir::mimo::Initializer *rule = asInitializer())
    return "the rule for initial values '" + rule->rule + "'";
  if (std::string keeper = keeperOf(asList()); !keeper.empty())
    return "the sums that " + keeper + " is made of";
  if (const List *elements = asList())
    return fmt::format("a tuple of {}", elements->size());
  return "an error";
}

} // namespace mimoc
