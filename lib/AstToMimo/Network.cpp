#include "Network.h"

#include "mimoc/Frontend.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/xxhash.h"

#include <cmath>

namespace mimoc {

using mlir::mimo::BalancingRule;
using mlir::mimo::FromSource;
using mlir::mimo::OptimizerRule;

static constexpr llvm::StringLiteral kDialect = "mimo.";

std::string snakeCase(llvm::StringRef name) {
  std::string result;
  for (size_t i = 0; i < name.size(); ++i) {
    bool wordBefore = i > 0 && (llvm::isLower(name[i - 1]) || llvm::isDigit(name[i - 1]));
    bool wordAfter = i > 0 && llvm::isUpper(name[i - 1]) && i + 1 < name.size() && llvm::isLower(name[i + 1]);
    if (llvm::isUpper(name[i]) && (wordBefore || wordAfter))
      result += '_';
    result += llvm::toLower(name[i]);
  }
  return result;
}

Network::Network(mlir::ModuleOp module, llvm::StringRef name, const AstToMimoOptions &options, SourceRange place,
                 DiagnosticBridge &bridge, Diagnostics &diagnostics)
    : builder(module.getContext(), this), bridge(bridge), diagnostics(diagnostics) {
  builder.setInsertionPointToEnd(module.getBody());
  mlir::Type element = options.precision == Precision::F32 ? mlir::Type(builder.getF32Type()) : builder.getF64Type();
  std::string prefix = options.prefix.empty() ? snakeCase(name) : options.prefix;
  model = mlir::mimo::ModelOp::create(builder, locationOf(place), name, prefix, element, /*seed=*/uint64_t(0));
  builder.setInsertionPointToEnd(&model.getBody().emplaceBlock());
}

mlir::FloatType Network::precision() { return llvm::cast<mlir::FloatType>(model.getPrecision()); }

//===- Operators, by name ------------------------------------------------------------------------------------------===//

template <class Interface>
static const typename Interface::Concept *findOp(mlir::MLIRContext *context, llvm::StringRef name) {
  auto op = mlir::RegisteredOperationName::lookup((kDialect + name).str(), context);
  return op ? op->getInterface<Interface>() : nullptr;
}

/// Filtered by name: getRegisteredOperationsByDialect finds nothing (llvm-project#146940).
template <class Interface> static std::vector<llvm::StringRef> namesOfOps(mlir::MLIRContext *context) {
  std::vector<llvm::StringRef> names;
  for (mlir::RegisteredOperationName op : context->getRegisteredOperations())
    if (op.getStringRef().starts_with(kDialect) && op.hasInterface<Interface>())
      names.push_back(op.getStringRef().drop_front(kDialect.size()));
  return names;
}

const FromSource::Concept *Network::findOperator(llvm::StringRef name) const {
  return findOp<FromSource>(builder.getContext(), name);
}
const OptimizerRule::Concept *Network::findOptimizer(llvm::StringRef name) const {
  return findOp<OptimizerRule>(builder.getContext(), name);
}
std::vector<llvm::StringRef> Network::operatorNames() const { return namesOfOps<FromSource>(builder.getContext()); }
std::vector<llvm::StringRef> Network::optimizerNames() const { return namesOfOps<OptimizerRule>(builder.getContext()); }
const BalancingRule::Concept *Network::findBalancing(llvm::StringRef name) const {
  return findOp<BalancingRule>(builder.getContext(), name);
}
std::vector<llvm::StringRef> Network::balancingNames() const { return namesOfOps<BalancingRule>(builder.getContext()); }

//===- Values ------------------------------------------------------------------------------------------------------===//

/// The attribute of a number, if it is one of the type's.
static mlir::TypedAttr constantAttribute(mlir::OpBuilder &builder, const Datum &number, mlir::Type type) {
  if (llvm::isa<mlir::FloatType>(type) && number.asNumber()) {
    mlir::FloatAttr value = builder.getFloatAttr(type, *number.asNumber());
    bool overflows = value.getValue().isInfinity() && std::isfinite(*number.asNumber());
    return overflows ? mlir::TypedAttr() : mlir::TypedAttr(value);
  }
  if (type.isInteger(1))
    return number.asFlag() ? mlir::TypedAttr(builder.getBoolAttr(*number.asFlag())) : mlir::TypedAttr();
  std::optional<int64_t> integer = number.asInteger();
  if (type.isInteger() && integer && llvm::isIntN(type.getIntOrFloatBitWidth(), *integer))
    return builder.getIntegerAttr(type, *integer);
  return {};
}

mlir::Value Network::constant(mlir::Location location, const Datum &number, mlir::Type elementType) {
  mlir::TypedAttr value = constantAttribute(builder, number, elementType);
  if (!value)
    return {};
  auto made = mlir::mimo::buildOp(builder, location, "mimo.constant", {}, builder.getNamedAttr("value", value));
  return mlir::succeeded(made) ? *made : mlir::Value();
}

mlir::Value Network::randomState() {
  if (random)
    return random;
  mlir::OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(&model.getBody().front());
  return random = mlir::mimo::RngOp::create(builder, model.getLoc(), mlir::RankedTensorType::get({3}, builder.getI64Type()));
}

//===- Run-time sizes ----------------------------------------------------------------------------------------------===//

void Network::addDim(llvm::StringRef name, int64_t bound, SourceRange place) {
  auto number = mlir::RankedTensorType::get({}, builder.getI64Type());
  dims[name] = mlir::mimo::DimOp::create(builder, locationOf(place), number, name, builder.getI64IntegerAttr(bound), /*least=*/0);
}

mlir::Value Network::sizeOf(llvm::StringRef dim) {
  mlir::mimo::DimOp &size = dims[dim];
  if (size)
    return size;
  mlir::OpBuilder::InsertionGuard guard(builder); // the batch, which nobody declares
  builder.setInsertionPointToStart(&model.getBody().front());
  auto number = mlir::RankedTensorType::get({}, builder.getI64Type());
  size = mlir::mimo::DimOp::create(builder, model.getLoc(), number, dim, mlir::IntegerAttr(), /*least=*/1);
  return size;
}

std::optional<int64_t> Network::boundOf(llvm::StringRef dim) const {
  auto size = dims.find(dim);
  std::optional<uint64_t> bound = size == dims.end() ? std::nullopt : mlir::mimo::DimOp(size->second).getBound();
  return bound ? std::optional<int64_t>(*bound) : std::nullopt;
}

void Network::countOffBy(llvm::StringRef dim) { dims.find(dim)->second.setLeast(1); }

int64_t Network::randomSite(llvm::StringRef path) {
  int64_t use = randomUses[path]++;
  return static_cast<int64_t>(llvm::xxh3_64bits((path + "#" + llvm::Twine(use)).str()));
}

//===- Parameters --------------------------------------------------------------------------------------------------===//

const Network::Parameter *Network::findParameter(llvm::StringRef name) const {
  auto it = byName.find(name);
  return it == byName.end() ? nullptr : &it->second;
}

mlir::mimo::ParamOp Network::createParam(llvm::StringRef name, llvm::ArrayRef<int64_t> shape,
                                         const mlir::mimo::ResolvedInitializer &initial, SourceRange place) {
  auto type = mlir::RankedTensorType::get(shape, precision());
  bool isTruncated = initial.low < initial.high;
  auto bound = [&](double number) { return isTruncated ? builder.getF64FloatAttr(number) : mlir::FloatAttr(); };
  auto param = mlir::mimo::ParamOp::create(
      builder, locationOf(place), type, builder.getStringAttr(name), builder.getStringAttr(initial.kind),
      builder.getF64FloatAttr(initial.a), builder.getF64FloatAttr(initial.b), bound(initial.low), bound(initial.high),
      /*update=*/mlir::StringAttr(), /*zero_row=*/mlir::IntegerAttr(), /*sparse_rows=*/mlir::UnitAttr(),
      /*frozen_in=*/mlir::ArrayAttr(), /*buffer=*/mlir::UnitAttr(), /*whole=*/mlir::UnitAttr());
  byName[name] = {name.str(), param, place};
  return param;
}

mlir::Value Network::addParameter(llvm::StringRef name, llvm::ArrayRef<int64_t> shape,
                                  const mlir::mimo::ResolvedInitializer &initial, SourceRange place) {
  createParam(name, shape, initial, place);
  parameterList.push_back(byName[name]);
  return parameterList.back().value;
}

mlir::Value Network::addBuffer(llvm::StringRef name, llvm::ArrayRef<int64_t> shape, double start, bool whole, SourceRange place) {
  mlir::mimo::ParamOp param = createParam(name, shape, {"constant", start, 0}, place);
  param.setBuffer(true);
  param.setWhole(whole);
  bufferList.push_back(byName[name]);
  return param;
}

mlir::Value Network::currentOf(mlir::Value buffer) const {
  mlir::mimo::NextOp next = nexts.lookup(buffer);
  return next ? next.getValue() : buffer;
}

void Network::setNext(mlir::Location location, mlir::Value buffer, mlir::Value value, mlir::Value observed) {
  llvm::SmallVector<mlir::Value> uses{observed};
  mlir::mimo::NextOp &next = nexts[buffer];
  if (next) // of an earlier use of a shared layer: this one goes on from there and takes its place
    llvm::append_range(uses, next.getObserved());
  next = mlir::mimo::NextOp::create(builder, location, buffer, value, uses);
}

//===- Limits ------------------------------------------------------------------------------------------------------===//

bool Network::countOperation(llvm::function_ref<SourceRange()> place) {
  if (operations == kMaxOperations)
    diagnostics.error(place(), "the model has more than 100000 operations");
  if (operations <= kMaxOperations)
    ++operations;
  return !exhausted();
}

/// Whether a tensor stays within kMaxTensorBytes, with a run-time size of `rows`.
static bool fits(mlir::RankedTensorType type, int64_t rows) {
  int64_t bytes = (type.getElementTypeBitWidth() + 7) / 8;
  for (int64_t size : type.getShape())
    if (llvm::MulOverflow(bytes, mlir::ShapedType::isDynamic(size) ? rows : size, bytes) || bytes > kMaxTensorBytes)
      return false;
  return true;
}

bool Network::checkSize(mlir::RankedTensorType type, llvm::function_ref<SourceRange()> place) {
  if (type.getRank() <= kMaxRank && fits(type, boundOf(mlir::mimo::runTimeDim(type)).value_or(1)))
    return true;
  std::string shape = mlir::mimo::describe(type);
  if (type.getRank() > kMaxRank)
    diagnostics.error(place(), shape + " has rank " + llvm::Twine(type.getRank()) + "; the highest is 8");
  else
    diagnostics.error(place(), shape + " is larger than 2^40 bytes, the largest that a tensor may be");
  ++refused;
  return false;
}

void Network::notifyOperationInserted(mlir::Operation *op, mlir::OpBuilder::InsertPoint) {
  auto place = [&] { return bridge.rangeOf(op->getLoc()); };
  countOperation(place);
  if (auto target = llvm::dyn_cast<mlir::mimo::TargetOp>(op))
    targets[target.getOut()] = target;
  if (llvm::isa<mlir::mimo::InputOp>(op))
    carriers.try_emplace(mlir::mimo::runTimeDim(op->getResult(0).getType()), op->getResult(0));
  for (mlir::Value operand : op->getOperands())
    if (mlir::mimo::TargetOp target = targets.lookup(operand))
      for (mlir::Value result : op->getResults())
        targets.try_emplace(result, target);
  for (mlir::Value result : op->getResults())
    if (auto type = llvm::dyn_cast<mlir::RankedTensorType>(result.getType()))
      checkSize(type, place);
}

} // namespace mimoc
