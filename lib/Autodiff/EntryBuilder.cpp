#include "EntryBuilder.h"

#include "mimoc/DescribeModel.h"

using namespace mlir;

namespace mimoc {

static bool isSource(Operation *op) { return isa<mimo::InputOp, mimo::TargetOp, mimo::ParamOp, mimo::RngOp, mimo::DimOp>(op); }

static Place placeOf(Operation *source, const ModelInfo &info) {
  if (auto input = dyn_cast<mimo::InputOp>(source))
    return {"input:" + input.getName().str(), std::nullopt};
  if (auto target = dyn_cast<mimo::TargetOp>(source))
    return {"target:" + target.getName().str(), std::nullopt};
  if (isa<mimo::RngOp>(source))
    return {"rng", 0};
  if (auto dim = dyn_cast<mimo::DimOp>(source)) {
    auto declared = llvm::find_if(info.dims, [&](const DimInfo &d) { return d.name == dim.getName(); });
    int64_t place = dim.getBound() ? 1 + (declared - info.dims.begin()) : 0; // the batch stands before all others
    return {"sizes", place * 8};
  }
  StringRef name = cast<mimo::ParamOp>(source).getName();
  for (const auto *list : {&info.parameters, &info.buffers})
    for (const ParameterInfo &parameter : *list)
      if (parameter.name == name)
        return {"params", parameter.offset * byteSize(info.precision)};
  llvm_unreachable("every parameter is described");
}

EntryBuilder::EntryBuilder(mimo::ModelOp model, const ModelInfo &info, StringRef kind, StringRef name,
                           const PhaseInfo *training)
    : builder(model.getContext()), model(model), info(info), training(training) {
  builder.setInsertionPointAfter(model);
  if (Operation *last = &model->getBlock()->back(); last != model)
    builder.setInsertionPointAfter(last);
  std::string symbol = name.empty() ? kind.str() : (kind.split('_').first + "_" + name).str();
  function = func::FuncOp::create(builder, model.getLoc(), symbol, builder.getFunctionType({}, {}));
  function->setAttr("mimo.entry", builder.getStringAttr(kind));
  function->setAttr("mimo.entry_name", builder.getStringAttr(name));
  SmallVector<StringRef> dims = llvm::map_to_vector(info.dims, [](const DimInfo &dim) { return StringRef(dim.name); });
  SmallVector<int64_t> bounds = llvm::map_to_vector(info.dims, [](const DimInfo &dim) { return dim.bound; });
  if (!dims.empty()) {
    function->setAttr("mimo.dims", builder.getStrArrayAttr(dims));
    function->setAttr("mimo.dim_bounds", builder.getDenseI64ArrayAttr(bounds));
  }
  builder.setInsertionPointToStart(function.addEntryBlock());
}

Value EntryBuilder::argument(Type type, const Place &place) {
  arguments.push_back(place);
  return block().addArgument(type, model.getLoc());
}

Value EntryBuilder::sourceArgument(Operation *source) {
  // The block may keep both states of one place (a parameter before and after the step), but one argument reads it.
  arguments.push_back(placeOf(source, info));
  return block().addArgument(source->getResult(0).getType(), source->getLoc());
}

void EntryBuilder::clone(Operation *op) {
  if (isSource(op)) {
    mapping.map(op->getResult(0), sourceArgument(op));
    return;
  }
  Operation *copy = builder.clone(*op, mapping);
  auto dependent = dyn_cast<mimo::ModeDependent>(copy);
  mimo::forgetPhases(copy);
  if (!dependent)
    return;
  if (training && !mimo::isFrozen(op, training->name))
    return requireRows(dependent);
  SmallVector<Value> stands = dependent.emitEvaluation(builder);
  for (auto [result, value] : llvm::zip_equal(op->getResults(), stands))
    mapping.map(result, value);
  copy->erase();
}

/// Notes the line of the op that needs the most rows, of the batch or another run-time size.
void EntryBuilder::requireRows(mimo::ModeDependent op) {
  NamedAttrList sizes(function->getAttrOfType<DictionaryAttr>("mimo.least_sizes"));
  StringRef dim = mimo::runTimeDim(op->getResult(0).getType());
  auto before = dyn_cast_or_null<DenseI64ArrayAttr>(sizes.get(dim));
  int64_t least = op.getLeastRows();
  if (least <= (before ? before[0] : 1))
    return;
  sizes.set(dim, builder.getDenseI64ArrayAttr({least, lineOf(op.getLoc())}));
  function->setAttr("mimo.least_sizes", sizes.getDictionary(builder.getContext()));
}

void EntryBuilder::require(ValueRange values) {
  DenseSet<Operation *> needed;
  SmallVector<Operation *> pending;
  auto visit = [&](Value value) {
    if (Operation *op = value.getDefiningOp(); !mapping.contains(value) && needed.insert(op).second)
      pending.push_back(op);
  };
  llvm::for_each(values, visit);
  while (!pending.empty())
    llvm::for_each(pending.pop_back_val()->getOperands(), visit);
  for (Operation &op : model.getBody().front())
    if (needed.contains(&op))
      clone(&op);
}

void EntryBuilder::result(Value value, const Place &place) { results.emplace_back(value, place); }

void EntryBuilder::finish() {
  SmallVector<Value> values = llvm::map_to_vector(results, [](auto &entry) { return entry.first; });
  func::ReturnOp::create(builder, model.getLoc(), values);
  function.setFunctionType(builder.getFunctionType(block().getArgumentTypes(), TypeRange(ValueRange(values))));
  auto attributes = [&](const Place &place) {
    SmallVector<NamedAttribute> list{builder.getNamedAttr("mimo.slot", builder.getStringAttr(place.slot))};
    if (place.offset)
      list.push_back(builder.getNamedAttr("mimo.offset", builder.getI64IntegerAttr(*place.offset)));
    return builder.getDictionaryAttr(list);
  };
  for (auto [i, place] : llvm::enumerate(arguments))
    function.setArgAttrs(i, attributes(place));
  for (auto [i, entry] : llvm::enumerate(results))
    function.setResultAttrs(i, attributes(entry.second));
}

} // namespace mimoc
