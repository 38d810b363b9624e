// What an expression of the model language stands for: a tensor of the network, or something known at compile time.
// Private to AstToMimo.
#pragma once

#include "mimo/IR/Signature.h"

#include <cstdint>
#include <optional>
#include <string>
#include <memory>
#include <variant>
#include <vector>

namespace mimoc {

class Datum {
public:
  using List = std::vector<Datum>;

  /// Nothing: an error that has been reported. Whatever uses it stays silent, so that one mistake is one message.
  Datum() = default;
  static Datum tensor(mlir::Value value) { return Datum(value); }
  static Datum integer(int64_t value) { return Datum(value); }
  static Datum real(double value) { return Datum(value); }
  static Datum flag(bool value) { return Datum(value); }
  static Datum text(std::string value) { return Datum(std::move(value)); }
  /// A rule for initial values, handed to a block as an option.
  static Datum initializer(mlir::mimo::Initializer rule) { return Datum(std::move(rule)); }
  /// The size of the batch or of another dimension: a number, but known at run time only.
  static Datum runTimeSize(llvm::StringRef dim) { return Datum(RunTimeSize{dim.str()}); }
  /// A tuple, a list, a shape, or the results of a block.
  static Datum list(List elements);

  bool failed() const { return std::holds_alternative<std::monostate>(held); }
  bool isRunTimeSize() const { return asRunTimeSize() != nullptr; }
  /// The name of the dimension; null unless it is the size of one.
  const std::string *asRunTimeSize() const {
    const RunTimeSize *size = std::get_if<RunTimeSize>(&held);
    return size ? &size->dim : nullptr;
  }
  /// Null unless it is one.
  mlir::Value asTensor() const;
  std::optional<int64_t> asInteger() const { return get<int64_t>(); }
  std::optional<bool> asFlag() const { return get<bool>(); }
  /// What an operator on tensors takes: a number, or true or false, stands for a tensor of rank 0.
  bool isTensorLike() const { return asTensor() || asNumber() || asFlag(); }
  /// An integer or a real number.
  std::optional<double> asNumber() const;
  const std::string *asText() const { return std::get_if<std::string>(&held); }
  const mlir::mimo::Initializer *asInitializer() const { return std::get_if<mlir::mimo::Initializer>(&held); }
  const List *asList() const {
    const Shared *list = std::get_if<Shared>(&held);
    return list ? list->get() : nullptr;
  }

  /// For messages: "the number 3", "f32[batch, 64]", "a tuple of 2".
  std::string describe() const;

private:
  struct RunTimeSize {
    std::string dim;
  };
  using Shared = std::shared_ptr<const List>; // a name stands for a list without copying it
  using Held = std::variant<std::monostate, mlir::Value, int64_t, double, bool, std::string, RunTimeSize,
                            mlir::mimo::Initializer, Shared>;
  explicit Datum(Held held) : held(std::move(held)) {}

  template <class T> std::optional<T> get() const {
    const T *value = std::get_if<T>(&held);
    return value ? std::optional<T>(*value) : std::nullopt;
  }

  Held held;
};

} // namespace mimoc
