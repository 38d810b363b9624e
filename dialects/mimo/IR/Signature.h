// How a call in the model language reaches an op: the formal arguments that an op declares, and the call that the front
// end hands to it.
#pragma once

#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Diagnostics.h"
#include <optional>
#include <string>
#include <variant>

namespace mlir::mimo {

/// What a formal argument takes.
enum class FormalKind {
  Tensor,      ///< a value of the network
  Tensors,     ///< one or more values; takes all positional arguments but text
  Integer,     ///< a compile-time integer, e.g. a number of units
  Integers,    ///< one integer or a tuple of them, e.g. axes
  Sizes,       ///< a shape: integers, and `batch` or a `dim` as the run-time size; takes all further positional arguments
  Number,      ///< a compile-time real number
  Numbers,     ///< a tuple of real numbers, e.g. betas
  Flag,        ///< true or false
  Text,        ///< a string, e.g. an equation
  Word,        ///< one of a few words, e.g. how to approximate
  Initializer, ///< a rule for initial values: a name, or a call with numbers
};

/// A compile-time default; monostate makes the argument required unless `optional` is set.
using FormalDefault = std::variant<std::monostate, int64_t, double, bool, SmallVector<int64_t>, SmallVector<double>, std::string>;

struct Formal {
  StringRef name;
  FormalKind kind;
  FormalDefault fallback = {};
  bool optional = false; ///< may be left out although it has no default
  SmallVector<StringRef> words = {}; ///< what a Word may be, and a Number beside numbers
  bool infinite = false; ///< of a Number: inf and -inf are allowed
  bool rest = false;     ///< of Integers: takes all further positional arguments

  /// Whether positional arguments from this formal on are all its own.
  bool takesRest() const { return rest || kind == FormalKind::Tensors || kind == FormalKind::Sizes; }
};

using Signature = SmallVector<Formal>;

/// Where a call may stand.
enum class CallContext {
  Network, ///< anywhere
  Loss,    ///< inside `loss` and `metric` only: gives unreduced values
  Metric,  ///< inside `metric` only: gives unreduced values without a gradient
};

/// The values of an operand must lie in [0, bound), or, where `dim` names a run-time dimension, below its size.
struct IndexBound {
  unsigned operand;
  int64_t bound;
  StringRef dim = {};
};

/// A number or a word among the arguments of a rule for initial values: `0.2`, `mode = fan_out`.
struct InitializerArgument {
  std::string name; ///< empty where it is given by position
  double number = 0;
  std::string word; ///< empty for a number
};

/// A rule for initial values as the model names it: `xavier_uniform`, `constant(0.01)`.
struct Initializer {
  std::string rule;
  SmallVector<InitializerArgument> arguments;
};

/// One call of an op in the model, with its arguments bound to the op's formals. The front end implements it.
class CallSite {
public:
  virtual ~CallSite() = default;

  virtual OpBuilder &builder() = 0;
  /// The place of the call's name in the source.
  virtual Location loc() = 0;
  /// The name as written, for messages.
  virtual StringRef callee() = 0;

  /// Arguments by the name of their formal; each may be asked for only if the signature has it with that kind.
  /// Defaults are filled in. `tensor` gives null for an optional argument that was left out.
  virtual Value tensor(StringRef formal) = 0;
  virtual SmallVector<Value> tensors(StringRef formal) = 0;
  virtual std::optional<int64_t> integer(StringRef formal) = 0;
  virtual SmallVector<int64_t> integers(StringRef formal) = 0;
  /// Of a formal of kind Sizes; a run-time size is ShapedType::kDynamic.
  virtual SmallVector<int64_t> sizes(StringRef formal) = 0;
  /// The name of the first run-time size among them; empty where there is none.
  virtual StringRef runTimeSize(StringRef formal) = 0;
  virtual double number(StringRef formal) = 0;
  virtual SmallVector<double> numbers(StringRef formal) = 0;
  virtual bool flag(StringRef formal) = 0;
  /// Also of a Word.
  virtual std::string text(StringRef formal) = 0;
  virtual std::optional<Initializer> initializer(StringRef formal) = 0;
  virtual bool isGiven(StringRef formal) = 0;
  /// The place of an argument, or of the call where the argument was left out.
  virtual Location locOf(StringRef formal) = 0;

  /// A fresh parameter called `leaf` below this call's name ("weight" -> "image_fc.0.weight"), or the one that exists
  /// already where a shared layer is used again. Fails, with an error, where fresh weights may not arise or where a
  /// second use needs another shape.
  virtual FailureOr<Value> parameter(StringRef leaf, ArrayRef<int64_t> shape, const Initializer &init, int64_t fanIn,
                                     int64_t fanOut) = 0;

  /// A buffer called `leaf`, all of whose elements start from `start`: fresh, or shared, as a parameter is. One of `whole` numbers is
  /// saved as i64.
  virtual FailureOr<Value> buffer(StringRef leaf, ArrayRef<int64_t> shape, double start, bool whole) = 0;
  /// What a buffer holds where this call is reached in a step: its own value, or what an earlier use of a shared layer has made of it.
  virtual Value current(Value buffer) = 0;
  /// Lets a step that computes `observed` in training leave `value` in the buffer.
  virtual void setNext(Value buffer, Value value, Value observed) = 0;

  /// An input that has the run-time dimension, for what takes its number of rows from there; null where none is declared yet.
  virtual Value carrier(StringRef dim) = 0;

  /// A run-time size as a number, tensor<i64>, for what takes its number of rows from there.
  virtual Value sizeOf(StringRef dim) = 0;

  /// The model's random state, tensor<3xi64> (seed, step, random), and a number that identifies this random site,
  /// stable under everything but the binding's path and the number of the use.
  virtual Value randomState() = 0;
  virtual int64_t randomSite() = 0;

  /// What the `where` of the loss or metric selects that this call stands in; null where there is none. Operands of losses
  /// are taken out by it already; an op whose values depend on other rows asks for it.
  virtual Value selection() = 0;
  /// What the `weight` of the metric says; null where there is none. An op that sums over rows itself (KeepsStates) asks for it.
  virtual Value weight() = 0;

  /// The element type of the whole model (f32 or f64).
  virtual FloatType precision() = 0;
};

/// "f32[batch, 3, 224, 224]"
std::string describe(Type type);

/// What the batch is called; every other run-time dimension has the name that `dim` gives it.
inline constexpr StringRef kBatchName = "batch";

/// The name of a tensor's run-time dimension, which is its first: its encoding, or the batch. Empty where all sizes are known.
StringRef runTimeDim(Type type);

/// The tensor type with this run-time dimension; `dim` counts for nothing where all sizes are known.
RankedTensorType withRunTimeDim(RankedTensorType type, StringRef dim);

/// The tensor type with another shape, and the same run-time dimension where that has one.
RankedTensorType resized(RankedTensorType type, ArrayRef<int64_t> shape);

/// "0.5", as short as exact.
std::string describe(double number);

/// Whether no dimension of a ranked tensor is known at run time only, except perhaps the first.
bool isBatchFirst(Type type);

/// Whether the run-time size that a call's `shape` writes, if it does, is that of x, if that has one; else an error.
LogicalResult verifyRunTimeSize(CallSite &call, Type x);

/// An error at the call that starts with the callee's name.
InFlightDiagnostic emitCallError(CallSite &call);

/// Creates the op called `name` with inferred result types; errors of the inference come out at `loc`.
FailureOr<Value> buildOp(OpBuilder &builder, Location loc, StringRef name, ValueRange operands,
                         ArrayRef<NamedAttribute> attributes = {});

/// The same, for ops with several results.
FailureOr<Operation *> buildOperation(OpBuilder &builder, Location loc, StringRef name, ValueRange operands,
                                      ArrayRef<NamedAttribute> attributes = {});

/// Builds an op whose operands are its tensor formals and whose attributes are its other formals, by name. What may be
/// left out, and was, is no attribute.
FailureOr<Value> buildBySignature(CallSite &call, StringRef op, const Signature &signature);

/// The attribute that a bound compile-time argument becomes.
Attribute attributeFor(CallSite &call, const Formal &formal);

/// `settings` with another number where it has a setting of this name.
DictionaryAttr replaceSetting(DictionaryAttr settings, StringRef name, double number);

/// What a balancing rule keeps of each loss; see BalancingRule.
struct BalancingState {
  SmallVector<int64_t> shape;
  StringRef update;
};

/// How initial values are drawn, resolved: "constant" (a), "uniform" (in [a, b)), "normal" (mean a, deviation b),
/// "truncated_normal" (the same, in [low, high]), "orthogonal" (gain a), "identity".
struct ResolvedInitializer {
  std::string kind;
  double a = 0, b = 0;
  double low = 0, high = 0;
};

/// Whether there is a rule of this name, or a word that a rule takes.
bool isInitializerRule(StringRef name);
bool isInitializerWord(StringRef name);

/// Resolves the rules of torch.nn.init, with its names and defaults (xavier: Glorot and Bengio 2010; kaiming: He et al. 2015),
/// and pytorch, uniform in +-1/sqrt(fanIn), which is PyTorch's default for linear layers. Fails, with an error at `loc` that
/// proposes the nearest name, for an unknown rule or wrong arguments.
FailureOr<ResolvedInitializer> resolveInitializer(Location loc, const Initializer &init, int64_t fanIn, int64_t fanOut);

/// Whether parameters of this shape can start so; else an error at `loc`.
LogicalResult verifyInitializerShape(Location loc, const ResolvedInitializer &init, ArrayRef<int64_t> shape);

} // namespace mlir::mimo
