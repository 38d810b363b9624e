// One call of an operator: f(x, ...) becomes mimo.f. The op says which arguments it takes and builds itself through the
// CallSite; nothing here knows which operators there are.
#include "Lowering.h"

#include "mimo/IR/Objectives.h"
#include "mlir/IR/Verifier.h"
#include "llvm/ADT/STLExtras.h"

#include <fmt/format.h>

namespace mimoc {

using mlir::mimo::CallContext;
using mlir::mimo::FormalKind;
using mlir::mimo::FromSource;
using mlir::mimo::Initializer;

namespace {

class OperatorCall final : public mlir::mimo::CallSite {
public:
  OperatorCall(Lowering &lowering, const Use &use, const BoundArguments &arguments, const Score *score)
      : lowering(lowering), use(use), arguments(arguments), score(score) {}

  mlir::OpBuilder &builder() override { return lowering.net().builder; }
  mlir::Location loc() override { return lowering.net().locationOf(use.callee.range); }
  llvm::StringRef callee() override { return use.callee.text; }

  mlir::Value tensor(llvm::StringRef formal) override { return value(formal).asTensor(); }
  llvm::SmallVector<mlir::Value> tensors(llvm::StringRef formal) override {
    return read<mlir::Value>(formal, [](const Datum &element) { return element.asTensor(); });
  }
  std::optional<int64_t> integer(llvm::StringRef formal) override { return value(formal).asInteger(); }
  llvm::SmallVector<int64_t> integers(llvm::StringRef formal) override {
    return read<int64_t>(formal, [](const Datum &element) { return *element.asInteger(); });
  }
  llvm::SmallVector<int64_t> sizes(llvm::StringRef formal) override {
    return read<int64_t>(formal, [](const Datum &e) { return e.isRunTimeSize() ? mlir::ShapedType::kDynamic : *e.asInteger(); });
  }
  llvm::StringRef runTimeSize(llvm::StringRef formal) override {
    const Datum::List *list = value(formal).asList();
    if (list)
      for (const Datum &element : *list)
        if (const std::string *dim = element.asRunTimeSize())
          return *dim;
    return {};
  }
  double number(llvm::StringRef formal) override { return value(formal).asNumber().value_or(0); }
  llvm::SmallVector<double> numbers(llvm::StringRef formal) override {
    return read<double>(formal, [](const Datum &element) { return *element.asNumber(); });
  }
  bool flag(llvm::StringRef formal) override { return value(formal).asFlag().value_or(false); }
  std::string text(llvm::StringRef formal) override { return value(formal).asText() ? *value(formal).asText() : std::string(); }
  std::optional<Initializer> initializer(llvm::StringRef formal) override { return argument(formal).initializer; }
  bool isGiven(llvm::StringRef formal) override { return argument(formal).given; }
  mlir::Location locOf(llvm::StringRef formal) override { return lowering.net().locationOf(argument(formal).place); }

  llvm::FailureOr<mlir::Value> parameter(llvm::StringRef leaf, llvm::ArrayRef<int64_t> shape, const Initializer &init,
                                         int64_t fanIn, int64_t fanOut) override {
    auto initial = mlir::mimo::resolveInitializer(loc(), init, fanIn, fanOut);
    if (mlir::failed(initial) || mlir::failed(mlir::mimo::verifyInitializerShape(loc(), *initial, shape)))
      return mlir::failure();
    mlir::Value made = lowering.parameter(use, leaf, shape, [&](llvm::StringRef name) {
      return lowering.net().addParameter(name, shape, *initial, use.callee.range);
    });
    if (!made)
      return mlir::failure();
    return made;
  }

  llvm::FailureOr<mlir::Value> buffer(llvm::StringRef leaf, llvm::ArrayRef<int64_t> shape, double start, bool whole) override {
    mlir::Value made = lowering.parameter(use, leaf, shape, [&](llvm::StringRef name) {
      return lowering.net().addBuffer(name, shape, start, whole, use.callee.range);
    });
    if (!made)
      return mlir::failure();
    return made;
  }
  mlir::Value current(mlir::Value buffer) override { return lowering.net().currentOf(buffer); }
  void setNext(mlir::Value buffer, mlir::Value value, mlir::Value observed) override {
    lowering.net().setNext(loc(), buffer, value, observed);
  }

  mlir::Value carrier(llvm::StringRef dim) override { return lowering.net().carrier(dim); }
  mlir::Value sizeOf(llvm::StringRef dim) override { return lowering.net().sizeOf(dim); }
  mlir::Value randomState() override { return lowering.net().randomState(); }
  int64_t randomSite() override { return lowering.net().randomSite(use.naming.stepPath); }
  mlir::Value selection() override { return score ? score->mask : mlir::Value(); }
  mlir::Value weight() override { return score ? score->weight : mlir::Value(); }
  mlir::FloatType precision() override { return lowering.net().precision(); }

private:
  const BoundArgument &argument(llvm::StringRef formal) const { return arguments.find(formal)->second; }
  const Datum &value(llvm::StringRef formal) const { return argument(formal).value; }

  template <class T, class Read> llvm::SmallVector<T> read(llvm::StringRef formal, Read &&readOne) const {
    const Datum::List *list = value(formal).asList();
    return list ? llvm::SmallVector<T>(llvm::map_range(*list, readOne)) : llvm::SmallVector<T>();
  }

  Lowering &lowering;
  const Use &use;
  const BoundArguments &arguments;
  const Score *score;
};

} // namespace

//===- Building ----------------------------------------------------------------------------------------------------===//

bool Lowering::checkContext(const FromSource::Concept &op, const Use &use, const Context &context) {
  CallContext wanted = op.getCallContext();
  bool inMetric = context.score && context.score->kind == ast::ScoreKind::Metric;
  if (wanted == CallContext::Network || inMetric || (context.score && wanted == CallContext::Loss))
    return true;
  error(use.callee.range, use.callee.text + (wanted == CallContext::Loss
                                                 ? ": a loss function stands inside 'loss' and 'metric' only"
                                                 : ": a metric has no gradient; it stands inside 'metric' only"));
  return false;
}

/// The tensors among the arguments, in the order of the formals.
static llvm::SmallVector<mlir::Value> tensorsOf(const mlir::mimo::Signature &signature, const BoundArguments &bound) {
  llvm::SmallVector<mlir::Value> tensors;
  for (const mlir::mimo::Formal &formal : signature) {
    const Datum &value = bound.find(formal.name)->second.value;
    if (mlir::Value tensor = value.asTensor())
      tensors.push_back(tensor);
    else if (formal.kind == FormalKind::Tensors)
      for (const Datum &element : *value.asList())
        tensors.push_back(element.asTensor());
  }
  return tensors;
}

/// What `where` excludes reaches no loss function and no operator in a loss: neither its value nor, since 0 times NaN is
/// NaN, its gradient.
static void maskTensors(mlir::OpBuilder &builder, const mlir::mimo::Signature &signature, mlir::Value mask,
                        BoundArguments &bound) {
  for (const mlir::mimo::Formal &formal : signature)
    if (Datum &value = bound[formal.name].value; mlir::Value tensor = value.asTensor())
      value = Datum::tensor(mlir::mimo::maskOperand(builder, tensor.getLoc(), tensor, mask));
}

Datum Lowering::applyOperator(const FromSource::Concept &op, const Use &use, const Context &context) {
  mlir::mimo::Signature signature = op.getSignature();
  bool allowed = checkContext(op, use, context);
  std::optional<BoundArguments> bound = bind(use, signature, context);
  if (!allowed || !bound)
    return Datum();
  llvm::SmallVector<mlir::Value> operands = tensorsOf(signature, *bound);
  bool isScore = op.getCallContext() != CallContext::Network;
  if (context.score && context.score->mask && (isScore || use.isSymbol || op.isElementwise()))
    maskTensors(network.builder, signature, context.score->mask, *bound);

  mlir::Block &body = network.model.getBody().front();
  mlir::Operation *lastOp = body.empty() ? nullptr : &body.back();
  unsigned errorsBefore = diagnostics.errorCount();
  unsigned refusalsBefore = network.refusals();
  const Diagnostic *lastBefore = network.bridge.lastError();
  OperatorCall call(*this, use, *bound, context.score);
  llvm::FailureOr<llvm::SmallVector<mlir::Value>> results = op.buildResultsFromCall(call);
  // What the types do not show, e.g. a setting out of range, the op's verifier says.
  if (mlir::succeeded(results) && mlir::failed(mlir::verify(results->front().getDefiningOp())))
    results = mlir::failure();
  if (mlir::failed(results)) {
    if (network.bridge.lastError() != lastBefore)
      noteOrigins(*network.bridge.lastError(), operands);
    if (diagnostics.errorCount() == errorsBefore && !diagnostics.full())
      error(use.callee.range, use.callee.text + ": these arguments do not fit");
    return Datum();
  }
  if (network.refusals() != refusalsBefore)
    return Datum();
  noteScore(results->front(), operands, use, context.score);
  mlir::Operation *firstNew = lastOp ? lastOp->getNextNode() : &body.front();
  requireIndexBounds(firstNew, context);
  for (mlir::Operation *made = firstNew; made; made = made->getNextNode())
    if (llvm::isa<mlir::mimo::ModeDependent>(made))
      modeDependent.emplace_back(made, use.naming.stepPath);
  bool keepsStates = llvm::isa<mlir::mimo::KeepsStates>(results->front().getDefiningOp());
  if (keepsStates && context.score)
    context.score->keeper = results->front().getDefiningOp();
  if (results->size() == 1 && !keepsStates)
    return Datum::tensor(results->front());
  Datum::List list;
  llvm::append_range(list, llvm::map_range(*results, Datum::tensor));
  return Datum::list(std::move(list));
}

static bool isPort(mlir::Value value) {
  return llvm::isa<mlir::mimo::InputOp, mlir::mimo::TargetOp>(value.getDefiningOp());
}

/// Says where the shapes came from: "target declared at line 3", "f32[batch, 1] was made at line 4".
void Lowering::noteOrigins(Diagnostic &error, llvm::ArrayRef<mlir::Value> operands) {
  llvm::SmallVector<mlir::Value> noted;
  for (mlir::Value operand : operands) {
    mlir::Operation *op = operand.getDefiningOp();
    SourceRange place = network.bridge.rangeOf(op->getLoc());
    if (!place || llvm::is_contained(noted, operand) || place.start().line == error.place.start().line)
      continue;
    noted.push_back(operand);
    bool input = llvm::isa<mlir::mimo::InputOp>(op), target = llvm::isa<mlir::mimo::TargetOp>(op);
    std::string name = llvm::count_if(operands, isPort) > 1 ? " '" + place.text().str() + "'" : "";
    if (input || target)
      error.note((input ? "input" : "target") + name + " declared", place);
    else
      error.note(mlir::mimo::describe(operand.getType()) + " was made", place);
  }
}

//===- Parameters --------------------------------------------------------------------------------------------------===//

static std::string shapeText(llvm::ArrayRef<int64_t> shape) {
  return "(" + fmt::format("{}", fmt::join(shape, ", ")) + (shape.size() == 1 ? ",)" : ")");
}

mlir::Value Lowering::sharedParameter(const Expansion &use, llvm::StringRef name, const Network::Parameter *existing,
                                      llvm::ArrayRef<int64_t> shape) {
  std::string needs = "layer '" + use.callee.str() + "' is shared, but this use needs " + name.str() + " of shape " + shapeText(shape);
  if (!existing) {
    error(use.place, needs + ", which the first use did not make").note("the first use stands", use.layer->firstUse);
    return {};
  }
  llvm::ArrayRef<int64_t> first = llvm::cast<mlir::RankedTensorType>(existing->value.getType()).getShape();
  if (first == shape)
    return existing->value;
  error(use.place, needs + " and the first use made " + shapeText(first));
  return {};
}

mlir::Value Lowering::parameter(const Use &use, llvm::StringRef leaf, llvm::ArrayRef<int64_t> shape,
                                llvm::function_ref<mlir::Value(llvm::StringRef)> make) {
  std::string callee = use.callee.text.str();
  if (use.naming.weights == Naming::Weights::Nowhere) {
    SourceRange place = use.naming.unnamed ? use.naming.unnamed : use.callee.range;
    std::string applied = place.text().str();
    if (leaf.empty()) {
      error(place, applied + ": it has no name here").note("give it a binding of its own: 'NAME = " + applied + "(...)'");
      return {};
    }
    error(place, applied + ": its weights have no name here")
        .note(use.naming.unnamedIsStep ? "give the step a label: 'NAME: " + applied + "'"
                                       : "make it a step with a label: 'x -> NAME: " + applied + "'");
    return {};
  }
  std::string name = joinPath(use.naming.stepPath, leaf);
  const Network::Parameter *existing = network.findParameter(name);
  auto again = llvm::find_if(llvm::reverse(expansions), [](const Expansion &expansion) { return expansion.repeated; });
  auto layer = llvm::find_if(llvm::reverse(expansions), [](const Expansion &expansion) { return expansion.layer; });
  bool ownedByLayer = again != expansions.rend() && (existing || layer == again);
  if (ownedByLayer)
    return sharedParameter(*again, name, existing, shape);
  if (existing) {
    error(use.callee.range, "parameter '" + name + "' is made twice").note("the first one is made", existing->place);
    return {};
  }
  auto type = mlir::RankedTensorType::get(shape, network.precision());
  if (!network.checkSize(type, [&] { return use.callee.range; }))
    return {};
  return make(name);
}

} // namespace mimoc
