#include "Descriptor.h"
#include "CpuFeatures.h"
#include "Exports.h"
#include "Names.h"
#include "Runtime/Descriptor.h"
#include "mimoc/ObjectToLibrary.h"
#include "mimoc/Runtime.h"

#include "llvm/ADT/StringSwitch.h"
#include "llvm/IR/Constants.h"
#include <cmath>

using namespace mimoc;
using llvm::Constant;

static constexpr int64_t unknown = -1;

static int64_t purposeOf(llvm::StringRef kind) {
  return llvm::StringSwitch<int64_t>(kind)
      .Case("forward", MIMOC_FOR_FORWARD)
      .Case("forward_head", MIMOC_FOR_FORWARD_HEAD)
      .Case("forward_entry", MIMOC_FOR_FORWARD)
      .Case("evaluate", MIMOC_FOR_EVALUATE)
      .Case("backward", MIMOC_FOR_BACKWARD)
      .Case("backward_loss", MIMOC_FOR_BACKWARD_LOSS)
      .Case("vjp", MIMOC_FOR_VJP)
      .Case("apply", MIMOC_FOR_APPLY)
      .Case("step", MIMOC_FOR_STEP)
      .Case("check", MIMORT_CHECK)
      .Default(unknown);
}

static int64_t slotKindOf(llvm::StringRef kind) {
  return llvm::StringSwitch<int64_t>(kind)
      .Case("input", MIMORT_INPUT)
      .Case("target", MIMORT_TARGET)
      .Case("head", MIMORT_HEAD)
      .Case("cotangent", MIMORT_COTANGENT)
      .Case("input_gradient", MIMORT_INPUT_GRADIENT)
      .Case("params", MIMORT_PARAMETERS)
      .Case("gradients", MIMORT_GRADIENTS)
      .Case("state", MIMORT_STATE)
      .Case("losses", MIMORT_LOSSES)
      .Case("states", MIMORT_STATES)
      .Case("checks", MIMORT_CHECKS)
      .Case("options", MIMORT_OPTIONS)
      .Case("rng", MIMORT_RNG)
      .Case("sizes", MIMORT_SIZES)
      .Case("workspace", MIMORT_WORKSPACE)
      .Default(unknown);
}

static int64_t distributionOf(llvm::StringRef kind) {
  return llvm::StringSwitch<int64_t>(kind)
      .Case("constant", MIMORT_CONSTANT)
      .Case("uniform", MIMORT_UNIFORM)
      .Case("normal", MIMORT_NORMAL)
      .Case("truncated_normal", MIMORT_TRUNCATED_NORMAL)
      .Case("orthogonal", MIMORT_ORTHOGONAL)
      .Case("identity", MIMORT_IDENTITY)
      .Default(unknown);
}

static int64_t ruleOf(llvm::StringRef name) {
  return llvm::StringSwitch<int64_t>(name)
      .Case("ratio", MIMORT_RATIO)
      .Case("root", MIMORT_ROOT)
      .Case("determination", MIMORT_DETERMINATION)
      .Case("precision", MIMORT_PRECISION)
      .Case("recall", MIMORT_RECALL)
      .Case("f1", MIMORT_F1)
      .Case("mean_precision", MIMORT_MEAN_PRECISION)
      .Case("mean_recall", MIMORT_MEAN_RECALL)
      .Case("mean_f1", MIMORT_MEAN_F1)
      .Case("diagonal", MIMORT_DIAGONAL)
      .Default(unknown);
}

static int64_t typeOf(DType type) {
  switch (type) {
  case DType::F32: return MIMORT_F32;
  case DType::F64: return MIMORT_F64;
  case DType::I32: return MIMORT_I32;
  case DType::I64: return MIMORT_I64;
  case DType::I1: return MIMORT_I1;
  }
  return unknown;
}

namespace {

/// A piece of a state block that does not start from 0.
struct Fill {
  int64_t first, elements;
  double value;
};

/// Builds the structs of Runtime/Descriptor.h: one member function for each, fields in their order there.
class DescriptorBuilder {
public:
  DescriptorBuilder(llvm::Module &module, const ModelInfo &info)
      : module(module), context(module.getContext()), info(info) {}

  llvm::Expected<llvm::GlobalVariable *> build();

private:
  Constant *integer(int64_t value) { return llvm::ConstantInt::get(llvm::Type::getInt64Ty(context), uint64_t(value)); }
  Constant *real(double value) { return llvm::ConstantFP::get(llvm::Type::getDoubleTy(context), value); }
  Constant *null() { return llvm::ConstantPointerNull::get(llvm::PointerType::get(context, 0)); }
  Constant *record(llvm::ArrayRef<Constant *> fields) { return llvm::ConstantStruct::getAnon(context, fields); }
  llvm::GlobalVariable *global(Constant *value, llvm::StringRef name);
  Constant *text(llvm::StringRef text);
  Constant *array(llvm::ArrayRef<Constant *> elements, llvm::StringRef name);
  void refuse(const llvm::Twine &reason) { problem = problem.empty() ? reason.str() : problem; }

  Constant *tensor(const TensorInfo &tensor);
  Constant *elementAt(llvm::GlobalVariable *array, size_t place);
  Constant *tensorAt(size_t place) { return elementAt(tensors, place); }
  int64_t sizeCode(llvm::StringRef dim);
  Constant *dim(const DimInfo &dim);
  Constant *slot(const SlotInfo &slot);
  Constant *leastSize(const LeastSize &size);
  Constant *entry(const EntryInfo &entry);
  Constant *parameter(const ParameterInfo &parameter);
  Constant *check(const CheckInfo &check);
  Constant *fill(const Fill &fill);
  Constant *phase(const PhaseInfo &phase);
  Constant *phaseAt(size_t place);
  Constant *figures();
  Constant *defaultOptions(const PhaseInfo &phase);
  Constant *json();

  template <class Range, class Function>
  Constant *arrayOf(const Range &range, Function function, llvm::StringRef name) {
    std::vector<Constant *> elements;
    for (const auto &element : range)
      elements.push_back((this->*function)(element));
    return array(elements, name);
  }

  llvm::Module &module;
  llvm::LLVMContext &context;
  const ModelInfo &info;
  llvm::GlobalVariable *tensors = nullptr; ///< inputs, targets and heads in one array
  llvm::GlobalVariable *phases = nullptr;
  std::string problem;                     ///< the first thing that the descriptor cannot express
};

} // namespace

llvm::GlobalVariable *DescriptorBuilder::global(Constant *value, llvm::StringRef name) {
  auto *variable = new llvm::GlobalVariable(module, value->getType(), /*isConstant=*/true,
                                            llvm::GlobalValue::InternalLinkage, value, "mimort." + name);
  variable->setAlignment(llvm::Align(8));
  return variable;
}

Constant *DescriptorBuilder::text(llvm::StringRef text) {
  llvm::GlobalVariable *variable = global(llvm::ConstantDataArray::getString(context, text), "text");
  variable->setAlignment(llvm::Align(1));
  variable->setUnnamedAddr(llvm::GlobalValue::UnnamedAddr::Global);
  return variable;
}

Constant *DescriptorBuilder::array(llvm::ArrayRef<Constant *> elements, llvm::StringRef name) {
  if (elements.empty())
    return null();
  auto *type = llvm::ArrayType::get(elements.front()->getType(), elements.size());
  return global(llvm::ConstantArray::get(type, elements), name);
}

/// How the descriptor names a run-time size in place of a number.
int64_t DescriptorBuilder::sizeCode(llvm::StringRef dim) {
  for (size_t i = 0; i < info.dims.size(); ++i)
    if (info.dims[i].name == dim)
      return MIMORT_BATCH - 1 - int64_t(i);
  if (dim != kBatchName)
    refuse("a shape has the run-time size '" + dim + "', which nothing declares");
  return MIMORT_BATCH;
}

Constant *DescriptorBuilder::dim(const DimInfo &dim) {
  return record({text(dim.name), integer(dim.least), integer(dim.bound), integer(dim.line)});
}

Constant *DescriptorBuilder::tensor(const TensorInfo &tensor) {
  std::vector<Constant *> shape;
  for (int64_t size : tensor.shape)
    shape.push_back(integer(size == kRunTimeSize ? sizeCode(tensor.dim) : size));
  Constant *rank = integer(int64_t(shape.size()));
  return record({text(tensor.name), integer(typeOf(tensor.type)), rank, array(shape, "shape")});
}

Constant *DescriptorBuilder::elementAt(llvm::GlobalVariable *array, size_t place) {
  Constant *index = integer(int64_t(place));
  auto *type = llvm::cast<llvm::ArrayType>(array->getValueType());
  return llvm::ConstantExpr::getInBoundsGetElementPtr(type, array, llvm::ArrayRef<Constant *>{integer(0), index});
}

/// The place of the tensor with this name, or the number of tensors.
static size_t placeOf(const std::vector<TensorInfo> &tensors, llvm::StringRef name) {
  size_t place = 0;
  while (place < tensors.size() && tensors[place].name != name)
    ++place;
  return place;
}

Constant *DescriptorBuilder::slot(const SlotInfo &slot) {
  int64_t kind = slotKindOf(slot.kind);
  if (kind == unknown)
    refuse("slot '" + slot.kind + "' is of no known kind");
  if (kind == unknown || kind > MIMORT_INPUT_GRADIENT)
    return record({integer(kind), integer(0), null()});

  bool isInput = kind == MIMORT_INPUT || kind == MIMORT_INPUT_GRADIENT, isTarget = kind == MIMORT_TARGET;
  const std::vector<TensorInfo> &list = isInput ? info.inputs : isTarget ? info.targets : info.heads;
  size_t before = isInput ? 0 : isTarget ? info.inputs.size() : info.inputs.size() + info.targets.size();
  size_t place = placeOf(list, slot.name), field = place;
  if (place == list.size()) {
    refuse("slot '" + slot.kind + ":" + slot.name + "' names no tensor of the model");
    return record({integer(kind), integer(0), null()});
  }
  if (kind == MIMORT_INPUT_GRADIENT) {
    std::vector<size_t> fields = differentiableInputs(info);
    field = size_t(llvm::find(fields, place) - fields.begin());
    if (field == fields.size())
      refuse("input '" + slot.name + "' is not of floating-point type and can have no gradient");
  }
  return record({integer(kind), integer(int64_t(field)), tensorAt(before + place)});
}

Constant *DescriptorBuilder::leastSize(const LeastSize &size) {
  return record({integer(sizeCode(size.dim)), integer(size.least), integer(size.line)});
}

Constant *DescriptorBuilder::entry(const EntryInfo &entry) {
  llvm::Function *function = module.getFunction(entry.symbol);
  int64_t purpose = purposeOf(entry.kind);
  if (!function || function->isDeclaration())
    refuse("the module does not define '" + entry.symbol + "'");
  if (purpose == unknown)
    refuse("entry point '" + entry.symbol + "' is of no known kind ('" + entry.kind + "')");
  Constant *slots = arrayOf(entry.slots, &DescriptorBuilder::slot, "slots");
  return record({function ? static_cast<Constant *>(function) : null(), integer(purpose),
                 text(entry.name.empty() || purpose == MIMORT_CHECK ? "" : toCName(entry.name)),
                 integer(int64_t(entry.slots.size())), slots, integer(entry.workspaceStatic),
                 integer(entry.workspacePerRow), integer(entry.workspacePerPair), integer(int64_t(entry.leastSizes.size())),
                 arrayOf(entry.leastSizes, &DescriptorBuilder::leastSize, "least"),
                 elementAt(phases, size_t(&phaseOf(info, entry) - info.phases.data()))});
}

/// Probability that a standard normal number is below z.
static double normalBelow(double z) { return 0.5 * std::erfc(-z / std::sqrt(2.0)); }

Constant *DescriptorBuilder::parameter(const ParameterInfo &parameter) {
  int64_t distribution = distributionOf(parameter.init.kind);
  if (distribution == unknown)
    refuse("parameter '" + parameter.name + "' starts from no known distribution ('" + parameter.init.kind + "')");
  const InitInfo &init = parameter.init;
  auto below = [&](double bound) { return init.kind == "truncated_normal" ? normalBelow((bound - init.a) / init.b) : 0.0; };
  return record({text(parameter.name), integer(parameter.offset), integer(parameter.elements), integer(distribution),
                 real(init.a), real(init.b), real(init.low), real(init.high), real(below(init.low)), real(below(init.high)),
                 integer(parameter.shape.empty() ? 1 : parameter.shape.front()), integer(init.zeroBegin),
                 integer(init.zeroEnd)});
}

Constant *DescriptorBuilder::check(const CheckInfo &check) {
  size_t place = placeOf(info.inputs, check.tensor);
  bool isInput = place < info.inputs.size();
  if (!isInput)
    place = placeOf(info.targets, check.tensor);
  if (!isInput && place == info.targets.size()) {
    refuse("a check is for '" + check.tensor + "', which is no input or target");
    return null();
  }
  return record({integer(isInput ? MIMORT_INPUT : MIMORT_TARGET), integer(int64_t(place)),
                 tensorAt(isInput ? place : info.inputs.size() + place), integer(check.dim.empty() ? check.bound : sizeCode(check.dim)), integer(check.line)});
}

Constant *DescriptorBuilder::defaultOptions(const PhaseInfo &phase) {
  std::vector<Constant *> fields;
  for (const OptionInfo &option : phase.options)
    fields.push_back(real(option.value));
  for (int64_t value : {int64_t(phase.seed), int64_t(0), int64_t(0)})
    fields.push_back(integer(value));
  return global(record(fields), "default_options");
}

Constant *DescriptorBuilder::fill(const Fill &fill) { return record({integer(fill.first), integer(fill.elements), real(fill.value)}); }

Constant *DescriptorBuilder::phase(const PhaseInfo &phase) {
  std::vector<Fill> fills;
  for (size_t state = 0; state < phase.stateNames.size(); ++state)
    for (const TrainedInfo &trained : phase.trained)
      if (double start = phase.groups[size_t(trained.group)].stateStarts[state])
        fills.push_back({stateOffset(info, phase, state) + trained.offset, info.parameters[size_t(trained.parameter)].elements, start});
  return record({text(phase.name), integer(int64_t(phase.options.size())), defaultOptions(phase), integer(gradientBlockElements(info, phase)),
                 integer(stateElements(info, phase)), integer(int64_t(fills.size())), arrayOf(fills, &DescriptorBuilder::fill, "fills")});
}

Constant *DescriptorBuilder::figures() {
  std::vector<Constant *> records;
  int64_t start = 0;
  for (const auto *list : {&info.losses, &info.metrics})
    for (const FigureInfo &figure : *list) {
      if (ruleOf(figure.rule) == unknown)
        refuse("it knows no rule '" + figure.rule + "' for the figure of " + figure.name);
      int64_t fields = int64_t(figure.state.size()), numbers = stateNumbers(figure);
      records.push_back(record({integer(ruleOf(figure.rule)), integer(start), integer(fields), integer(fields ? numbers / fields : 0)}));
      start += numbers;
    }
  return array(records, "figures");
}

/// The text is exported under a name of its own, so that tools can read it from the file without running its code.
Constant *DescriptorBuilder::json() {
  Constant *value = llvm::ConstantDataArray::getString(context, emitJson(info));
  auto *variable = new llvm::GlobalVariable(module, value->getType(), /*isConstant=*/true,
                                            llvm::GlobalValue::ExternalLinkage, value, descriptionSymbol(info));
  variable->setAlignment(llvm::Align(1));
  return variable;
}

llvm::Expected<llvm::GlobalVariable *> DescriptorBuilder::build() {
  auto features = cpuFeatureMask(info);
  if (!features)
    return features.takeError();
  std::vector<ParameterInfo> kept = info.parameters;
  llvm::append_range(kept, info.buffers);
  std::vector<TensorInfo> all = info.inputs;
  llvm::append_range(all, info.targets);
  llvm::append_range(all, info.heads);
  tensors = llvm::dyn_cast<llvm::GlobalVariable>(arrayOf(all, &DescriptorBuilder::tensor, "tensors"));
  Constant *tensorArray = tensors ? static_cast<Constant *>(tensors) : null();
  phases = llvm::cast<llvm::GlobalVariable>(arrayOf(info.phases, &DescriptorBuilder::phase, "phases"));
  auto count = [&](size_t size) { return integer(int64_t(size)); };

  Constant *model = record({
      text(info.prefix), text(info.sourceName), json(),
      count(all.size()), tensorArray, count(info.inputs.size()),
      count(info.dims.size()), arrayOf(info.dims, &DescriptorBuilder::dim, "dims"),
      count(kept.size()), arrayOf(kept, &DescriptorBuilder::parameter, "parameters"),
      integer(info.parameterElements), integer(byteSize(info.precision)),
      count(info.losses.size()), count(info.losses.size() + info.metrics.size()), figures(), integer(stateNumbers(info)),
      count(info.phases.size()), phases,
      count(info.checks.size()), arrayOf(info.checks, &DescriptorBuilder::check, "checks"),
      count(info.entries.size()), arrayOf(info.entries, &DescriptorBuilder::entry, "entries"),
      integer(int64_t(*features)),
  });
  if (!problem.empty())
    return llvm::createStringError("cannot describe model '" + info.name + "' to its run-time support: " + problem);
  return global(model, "model");
}

llvm::Expected<llvm::GlobalVariable *> mimoc::emitDescriptor(llvm::Module &module, const ModelInfo &info) {
  return DescriptorBuilder(module, info).build();
}
