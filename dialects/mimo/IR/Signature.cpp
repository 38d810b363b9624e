#include "mimo/IR/Signature.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/raw_ostream.h"

#include <fmt/format.h>

using namespace mlir;
using namespace mlir::mimo;

static std::string describeElement(Type type) {
  if (type.isInteger(1))
    return "bool";
  std::string text;
  llvm::raw_string_ostream(text) << type;
  return text;
}

std::string mimo::describe(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (!tensor)
    return describeElement(type);
  std::string text = describeElement(tensor.getElementType()) + "[";
  llvm::raw_string_ostream out(text);
  llvm::interleaveComma(tensor.getShape(), out, [&](int64_t size) {
    if (ShapedType::isDynamic(size))
      out << runTimeDim(type);
    else
      out << size;
  });
  out << "]";
  return text;
}

StringRef mimo::runTimeDim(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (!tensor || tensor.hasStaticShape())
    return "";
  auto name = dyn_cast_or_null<StringAttr>(tensor.getEncoding());
  return name ? name.getValue() : kBatchName;
}

RankedTensorType mimo::withRunTimeDim(RankedTensorType type, StringRef dim) {
  bool named = !type.hasStaticShape() && dim != kBatchName;
  return RankedTensorType::get(type.getShape(), type.getElementType(), named ? StringAttr::get(type.getContext(), dim) : Attribute());
}

RankedTensorType mimo::resized(RankedTensorType type, ArrayRef<int64_t> shape) {
  return withRunTimeDim(RankedTensorType::get(shape, type.getElementType()), type.hasStaticShape() ? kBatchName : runTimeDim(type));
}

std::string mimo::describe(double number) { return fmt::format("{}", number); }

bool mimo::isBatchFirst(Type type) {
  ArrayRef<int64_t> shape = cast<RankedTensorType>(type).getShape();
  return shape.empty() || llvm::none_of(shape.drop_front(), ShapedType::isDynamic);
}

InFlightDiagnostic mimo::emitCallError(CallSite &call) { return emitError(call.loc()) << call.callee() << ": "; }

LogicalResult mimo::verifyRunTimeSize(CallSite &call, Type x) {
  StringRef written = call.runTimeSize("shape"), own = runTimeDim(x);
  if (written.empty() || own.empty() || written == own)
    return success();
  return emitError(call.locOf("shape")) << call.callee() << ": '" << written << "' is not the run-time size of " << describe(x);
}

namespace {
/// An op's properties made from an attribute dictionary before the op exists: type inference reads them.
class PropertiesStorage {
public:
  PropertiesStorage(OperationName name, DictionaryAttr attributes, Location loc)
      : name(name), bytes(std::max(name.getOpPropertyByteSize(), 1)) {
    if (name.getOpPropertyByteSize() == 0)
      return;
    name.initOpProperties(get(), OpaqueProperties(nullptr));
    (void)name.setOpPropertiesFromAttribute(name, get(), attributes, [&] { return emitError(loc); });
  }
  ~PropertiesStorage() {
    if (name.getOpPropertyByteSize() != 0)
      name.destroyOpProperties(get());
  }
  OpaqueProperties get() { return OpaqueProperties(bytes.data()); }

private:
  OperationName name;
  std::vector<char> bytes;
};
} // namespace

FailureOr<Value> mimo::buildOp(OpBuilder &builder, Location loc, StringRef name, ValueRange operands,
                               ArrayRef<NamedAttribute> attributes) {
  FailureOr<Operation *> op = buildOperation(builder, loc, name, operands, attributes);
  return failed(op) ? FailureOr<Value>(failure()) : FailureOr<Value>((*op)->getResult(0));
}

FailureOr<Operation *> mimo::buildOperation(OpBuilder &builder, Location loc, StringRef name, ValueRange operands,
                                            ArrayRef<NamedAttribute> attributes) {
  OperationState state(loc, name, operands, {}, attributes);
  auto inference = state.name.getInterface<InferTypeOpInterface>();
  if (!inference)
    return emitError(loc) << "unknown operation '" << name << "'";
  SmallVector<Type> types;
  PropertiesStorage properties(state.name, state.attributes.getDictionary(builder.getContext()), loc);
  if (failed(inference->inferReturnTypes(builder.getContext(), loc, operands, state.attributes.getDictionary(builder.getContext()),
                                         properties.get(), {}, types)))
    return failure();
  state.addTypes(types);
  return builder.create(state);
}

DictionaryAttr mimo::replaceSetting(DictionaryAttr settings, StringRef name, double number) {
  NamedAttrList list(settings);
  if (list.get(name))
    list.set(name, Builder(settings.getContext()).getF64FloatAttr(number));
  return list.getDictionary(settings.getContext());
}

Attribute mimo::attributeFor(CallSite &call, const Formal &formal) {
  Builder &b = call.builder();
  switch (formal.kind) {
  case FormalKind::Integer: return b.getI64IntegerAttr(call.integer(formal.name).value_or(0));
  case FormalKind::Integers: return b.getDenseI64ArrayAttr(call.integers(formal.name));
  case FormalKind::Sizes: return b.getDenseI64ArrayAttr(call.sizes(formal.name));
  case FormalKind::Number: return b.getF64FloatAttr(call.number(formal.name));
  case FormalKind::Numbers: return b.getDenseF64ArrayAttr(call.numbers(formal.name));
  case FormalKind::Flag: return b.getBoolAttr(call.flag(formal.name));
  case FormalKind::Text: case FormalKind::Word: return b.getStringAttr(call.text(formal.name));
  case FormalKind::Tensor: case FormalKind::Tensors: case FormalKind::Initializer: break;
  }
  return {};
}

FailureOr<Value> mimo::buildBySignature(CallSite &call, StringRef op, const Signature &signature) {
  SmallVector<Value> operands;
  SmallVector<NamedAttribute> attributes;
  for (const Formal &formal : signature) {
    if (formal.kind == FormalKind::Tensors)
      llvm::append_range(operands, call.tensors(formal.name));
    else if (formal.kind == FormalKind::Tensor)
      operands.push_back(call.tensor(formal.name));
    else if (formal.optional && !call.isGiven(formal.name))
      continue;
    else if (Attribute attribute = attributeFor(call, formal))
      attributes.push_back(call.builder().getNamedAttr(formal.name, attribute));
  }
  return buildOp(call.builder(), call.loc(), op, operands, attributes);
}
